/** What texts are searched for: options, variables, and where the program names them itself. */
import type { Files } from './rules.ts'

export const matches = (text: string, form: RegExp) => [...text.matchAll(form)].map(([found]) => found)

export const flag = /(?<![\w-])--[a-z][a-z-]*/g

/** Flags of other programs are not ours: `npm ci --omit=dev`, `git clone --mirror`. */
export const otherCommand = /(?<![-\w])(?:npm|node|git|curl|gh|hf|npx (?!tsx sync)\S+)\s[^`\n|;&)]*/g

export const readHelp = (files: Files) =>
  /export const help = `([\s\S]*?[^\\])`/.exec(files.get('lib/cli/help.ts') ?? '')?.[1]

export const variable =
  /\b(?:GITHUB|HF|GH|HUB|HUGGINGFACE|HUBMIRROR|MIRROR|ACTIONS|NODE|NO|FORCE|HTTPS?|ALL)_[A-Z][A-Z_]*\b/g
/** Set by the runner, or read by node itself. */
export const otherVariables = new Set([
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
])
