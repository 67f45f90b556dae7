#!/usr/bin/env -S npx tsx
/** The command: argv and environment in, report and exit code out. Everything else is in lib/. */
import { appendFileSync, readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { connectRemotes, openHttp } from './lib/cli/connect.ts'
import { deliver, type Delivery } from './lib/cli/deliver.ts'
import { formatOptions, help, parseOptions, version, type Environment, type Options } from './lib/cli/options.ts'
import { listTransfers, ProgressDisplay } from './lib/cli/progress.ts'
import { isPublicLog } from './lib/cli/public-log.ts'
import { formatDocument, formatErrorJson, formatJson, formatRun, formatWritten } from './lib/cli/report.ts'
import { exitCode, isFinal, statusOf, type Status } from './lib/cli/status.ts'
import { formatOutputs, formatSummary } from './lib/cli/summary.ts'
import type { Http } from './lib/http/http.ts'
import { redactText } from './lib/http/redact.ts'
import { findTake } from './lib/merge/take.ts'
import { StoppedError } from './lib/model/errors.ts'
import { quoteMarkdown, quoteSentence } from './lib/model/quote.ts'
import { createView } from './lib/model/view.ts'
import type { Plan } from './lib/plan/plan.ts'
import { InterruptedError, runMirror } from './lib/run/mirror.ts'
import { formatVerification, verifySides } from './lib/run/verify.ts'

/**
 * Where a run reads and writes; the demo and the tests bring their own. `terminal` is where bars are drawn; an aborted
 * `signal` ends the run; `proxies` names proxies.
 */
export interface Console {
  readonly env: Environment
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly terminal?: NodeJS.WritableStream | null
  readonly signal?: AbortSignal
  readonly proxies?: Environment
  readonly fetch?: typeof fetch
  readonly sleep?: (ms: number) => Promise<void>
  readonly now?: () => number
}

/** Runs the command and returns its exit code; throws nothing. */
export async function sync(
  argv: readonly string[],
  { env, out, err, terminal = null, ...network }: Console,
): Promise<number> {
  let options: Options | null = null
  let http: Http | null = null
  const secrets: string[] = []
  const startedMs = Date.now()
  const cost = () => ({
    requests: http?.requests ?? { github: 0, huggingface: 0 },
    bytes: http?.bytes ?? { downloaded: 0, uploaded: 0 },
    elapsedMs: Date.now() - startedMs,
  })
  const redact = (text: string) =>
    redactText(
      text,
      [env.GITHUB_TOKEN, env.HF_TOKEN, env.ACTIONS_ID_TOKEN_REQUEST_TOKEN, ...secrets].filter(
        (secret) => secret !== undefined,
      ),
    )
  /** `wrote`: something, before this status was reached. */
  const end = (status: Status, report: Delivery['report'], summary: () => string, wrote = false): number => {
    deliver(
      { out, err, append: appendFileSync, redact },
      { summary: env.GITHUB_STEP_SUMMARY, outputs: env.GITHUB_OUTPUT },
      { report, summary, outputs: () => formatOutputs(status, cost()) },
    )
    return exitCode(status, options?.detailedExitCode ?? false, wrote)
  }
  try {
    const parsed = parseOptions(argv, env)
    if (typeof parsed === 'string') return (out(`${parsed === 'help' ? help : version}\n`), 0)
    options = parsed
    const { take, quiet, verbose } = parsed
    const warn = (message: string) => err(`${redactText(message, secrets).split('\n').map(quoteSentence).join('\n')}\n`)
    const note = quiet ? () => {} : warn
    http = openHttp(parsed, secrets, { note, ...network, ...(verbose && { trace: (line) => err(`${line}\n`) }) })
    const remotes = await connectRemotes(parsed, http, secrets)
    if (parsed.verify) {
      const verification = await verifySides(remotes, createView(parsed), http.sleep)
      return end(
        verification.status,
        () =>
          parsed.json ? formatDocument({ version: 1, ...verification, ...cost() }) : formatVerification(verification),
        () => `**${verification.status}**`,
      )
    }
    const watch = (plan: Plan) => new ProgressDisplay({ terminal, line: note }, listTransfers(plan), Date.now)
    const run = await runMirror(remotes, {
      ...parsed,
      view: createView(parsed),
      take: (path) => findTake(take, path),
      lfsUrl: parsed.lfs === 'huggingface' ? remotes.huggingface.lfsUrl : null,
      sleep: http.sleep,
      publicLog: isPublicLog(env, (path) => readFileSync(path, 'utf8')),
      countRequests: () => cost().requests.github + cost().requests.huggingface,
      warn,
      note,
      ...(!quiet && { watch }),
    })
    return end(
      run.status,
      () => (parsed.json ? formatJson(run, cost()) : formatRun(run, cost(), Date.now(), formatOptions(parsed))),
      () => formatSummary(run, cost()),
      run.wrote,
    )
  } catch (error) {
    const status = statusOf(error)
    const written = error instanceof InterruptedError ? error.written : null
    const text =
      error instanceof Error ? (status === 'bug' ? (error.stack ?? error.message) : error.message) : String(error)
    const message = redact(text)
    const told = written === null ? '' : formatWritten(written, isFinal(error))
    err(
      `${status === 'bug' ? 'bug: ' : 'error: '}${message.split('\n').map(quoteSentence).join('\n')}\n${told === '' ? '' : `${told}\n`}`,
    )
    return end(
      status,
      argv.includes('--json') ? () => formatErrorJson(status, message, written, cost()) : null,
      () =>
        `**${status}**: ${[message, told]
          .filter((one) => one !== '')
          .map((one) => quoteMarkdown(one, quoteSentence))
          .join(' ')}`,
    )
  } finally {
    http?.close()
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'])
    process.once(name, () =>
      stop.abort(new StoppedError(`Stopped by ${name}. Run again: it goes on from what is there`)),
    )
  const { env, argv, stdout, stderr } = process
  // Whoever reads may stop reading: that is no failure of the run.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  process.exitCode = await sync(argv.slice(2), {
    env,
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    terminal: stderr.isTTY ? stderr : null,
    signal: stop.signal,
    proxies: env,
  })
}
