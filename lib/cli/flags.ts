/** The words of the command line, and how they are read. */
import { parseArgs } from 'node:util'
import { UsageError } from '../model/errors.ts'

/** What the command line takes, as `parseArgs` of Node reads it. */
export const flags = {
  'github': { type: 'string' },
  'hf': { type: 'string' },
  'repo-type': { type: 'string' },
  'branch': { type: 'string', multiple: true },
  'hf-branch': { type: 'string' },
  'tags': { type: 'boolean' },
  'config': { type: 'string' },
  'pair': { type: 'string', multiple: true },
  'dry-run': { type: 'boolean', short: 'n' },
  'check': { type: 'boolean' },
  'verify': { type: 'boolean' },
  'shards': { type: 'string' },
  'shard': { type: 'string' },
  'json': { type: 'boolean' },
  'html': { type: 'string' },
  'badge': { type: 'string' },
  'badge-branch': { type: 'string' },
  'init': { type: 'string' },
  'take': { type: 'string', multiple: true },
  'prefer': { type: 'string', multiple: true },
  'keep-both': { type: 'boolean' },
  'undo': { type: 'boolean' },
  'redo': { type: 'boolean' },
  'to': { type: 'string' },
  'pull-request': { type: 'string' },
  'allow-overwrite': { type: 'boolean' },
  'create': { type: 'boolean' },
  'public': { type: 'boolean' },
  'sdk': { type: 'string' },
  'ask': { type: 'boolean' },
  'lfs': { type: 'string' },
  'store': { type: 'string' },
  'squash': { type: 'boolean' },
  'history-max': { type: 'string' },
  'max-wait': { type: 'string' },
  'allow-delete': { type: 'boolean' },
  'max-delete': { type: 'string' },
  'allow-public': { type: 'boolean' },
  'dot-github': { type: 'boolean' },
  'subdirectory': { type: 'string' },
  'map': { type: 'string', multiple: true },
  'include': { type: 'string', multiple: true },
  'exclude': { type: 'string', multiple: true },
  'front-matter': { type: 'string' },
  'no-inspect': { type: 'boolean' },
  'conflict-issue': { type: 'boolean' },
  'detailed-exitcode': { type: 'boolean' },
  'diff': { type: 'boolean' },
  'color': { type: 'string' },
  'quiet': { type: 'boolean', short: 'q' },
  'log': { type: 'string' },
  'verbose': { type: 'boolean', short: 'v' },
  'help': { type: 'boolean', short: 'h' },
  'version': { type: 'boolean' },
} as const

/** What `init` takes beside those. */
export const initFlags = {
  ...flags,
  trigger: { type: 'string' },
  tool: { type: 'string' },
  force: { type: 'boolean' },
} as const

/** A word of the command line that it does not know. What may have been meant is found out by whoever tells it. */
export class MistypedError extends UsageError {}

/** What was given, by the long name of each option. */
export type Values = ReturnType<typeof parseFlags>

function read<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new MistypedError(`Cannot read the command line: ${(error as Error).message}`)
  }
}

/** Throws a `MistypedError`. */
export const parseFlags = (argv: readonly string[]) =>
  read(() => parseArgs({ args: [...argv], options: flags, allowPositionals: false }).values)

/** What stands behind `init`. Throws a `MistypedError`. */
export const parseInitFlags = (argv: readonly string[]) =>
  read(() => parseArgs({ args: [...argv], options: initFlags, allowPositionals: false }).values)
