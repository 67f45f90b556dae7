#!/usr/bin/env -S npx tsx
/** The command: argv and environment in, report and exit code out. Everything else is in lib/. */
import { appendFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createGithubRemote } from './lib/github/remote.ts'
import { Http } from './lib/http.ts'
import { readOidcToken } from './lib/huggingface/oidc.ts'
import { createHuggingFaceRemote } from './lib/huggingface/remote.ts'
import { InterruptedError, runMirror } from './lib/mirror.ts'
import { help, parseOptions, version, type Environment, type Options } from './lib/options.ts'
import { exitCode, statusOf, type Status } from './lib/outcome.ts'
import { quote, quoteMarkdown } from './lib/quote.ts'
import { redactText } from './lib/redact.ts'
import { formatDocument, formatErrorJson, formatJson, formatRun, formatWritten } from './lib/report.ts'
import { formatOutputs, formatSummary } from './lib/summary.ts'
import { formatVerification, verifySides } from './lib/verify.ts'
import { createView } from './lib/view.ts'

/** Where a run reads and writes; the demo and the tests bring their own. */
export interface Console { readonly env: Environment, readonly out: (text: string) => void, readonly err: (text: string) => void, readonly fetch?: typeof fetch, readonly sleep?: (ms: number) => Promise<void> }

async function connect(options: Options, http: Http, secrets: string[]) {
  const { oidc, tokens, repositories, branches, apiUrl, graphqlUrl, serverUrl, endpoint } = options
  const hubToken = oidc ? await readOidcToken(http, { ...oidc, endpoint }, secrets) : tokens.huggingface
  return {
    github: createGithubRemote(http, { repository: repositories.github, branch: branches.github, token: tokens.github, apiUrl, graphqlUrl, serverUrl }),
    huggingface: createHuggingFaceRemote(http, { repository: repositories.huggingface, branch: branches.huggingface, token: hubToken, endpoint, sleep: http.sleep }),
  }
}

/** Runs the command and returns its exit code; throws nothing. */
export async function sync(argv: readonly string[], { env, out, err, ...network }: Console): Promise<number> {
  let options: Options | null = null
  let http: Http | null = null
  const secrets: string[] = []
  const startedMs = Date.now()
  const cost = () => ({ requests: http?.requests ?? { github: 0, huggingface: 0 }, bytes: http?.bytes ?? { downloaded: 0, uploaded: 0 }, elapsedMs: Date.now() - startedMs })
  const end = (status: Status, report: string, summary: string): number => {
    if (report !== '') out(`${report}\n`)
    if (options?.summaryFile) appendFileSync(options.summaryFile, `${summary}\n`)
    if (options?.outputFile) appendFileSync(options.outputFile, formatOutputs(status, cost()))
    return exitCode(status, options?.detailedExitCode ?? false)
  }
  try {
    const parsed = parseOptions(argv, env)
    if (typeof parsed === 'string') return end('equal', parsed === 'help' ? help : version, '')
    options = parsed
    const { tokens, oidc, apiUrl, graphqlUrl, serverUrl, endpoint, take, quiet } = parsed
    secrets.push(...[tokens.github, tokens.huggingface, oidc?.requestToken].filter((token) => typeof token === 'string'))
    const origin = (url: string) => new URL(url).origin
    const warn = quiet ? () => {} : (message: string) => err(`${message}\n`)
    http = new Http({
      origins: { github: [apiUrl, graphqlUrl, serverUrl, ...oidc ? [oidc.requestUrl] : []].map(origin), huggingface: [origin(endpoint)] }, secrets, warn, ...network, ...parsed.verbose && { trace: (line: string) => err(`${line}\n`) },
      ...oidc && { renew: async (side) => side === 'huggingface' ? `Bearer ${await readOidcToken(http!, { ...oidc, endpoint }, secrets)}` : null },
    })
    const remotes = await connect(parsed, http, secrets)
    if (parsed.verify) {
      const verification = await verifySides(remotes, createView(parsed))
      return end(verification.status, parsed.json ? formatDocument({ version: 1, ...verification, ...cost() }) : formatVerification(verification), `**${verification.status}**`)
    }
    const run = await runMirror(remotes, {
      view: createView(parsed), take: (path) => take.get(path) ?? null, init: parsed.init, allowDelete: parsed.allowDelete, dryRun: parsed.dryRun, sleep: http.sleep, warn,
    })
    return end(run.status, parsed.json ? formatJson(run, cost()) : formatRun(run, cost(), Date.now()), formatSummary(run, cost()))
  } catch (error) {
    const status = statusOf(error)
    const written = error instanceof InterruptedError ? error.written : null
    const text = error instanceof Error ? (status === 'bug' ? error.stack ?? error.message : error.message) : String(error)
    const message = redactText(text, [env.GITHUB_TOKEN, env.HF_TOKEN, env.ACTIONS_ID_TOKEN_REQUEST_TOKEN, ...secrets].filter((secret) => secret !== undefined))
    err(`${status === 'bug' ? 'bug: ' : 'error: '}${message.split('\n').map(quote).join('\n')}\n${written ? `${formatWritten(written)}\n` : ''}`)
    return end(status, argv.includes('--json') ? formatErrorJson(status, message, written, cost()) : '', `**${status}**: ${quoteMarkdown(message)}`)
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await sync(process.argv.slice(2), { env: process.env, out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) })
}
