/** The command: argv and environment in, report and exit code out. */
import { appendFileSync, readFileSync } from 'node:fs'
import { createFinder } from '../facts/inspection.ts'
import type { Http } from '../http/http.ts'
import { hideSecrets, redactText } from '../http/redact.ts'
import { findTake } from '../merge/take.ts'
import { servicesOf } from '../model/capabilities.ts'
import { UsageError } from '../model/errors.ts'
import { quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { createView } from '../model/view.ts'
import type { PageInput, PageRun } from '../page/input.ts'
import type { Plan } from '../plan/plan.ts'
import { formatPlan, type Look } from '../report/plan-text.ts'
import type { Wait } from '../report/progress-text.ts'
import { runMirror, type Run } from '../run/mirror.ts'
import { formatVerification, verifySides } from '../run/verify.ts'
import { InterruptedError, startWritten } from '../run/written.ts'
import { formatOptions } from './arguments.ts'
import type { Asked } from './ask.ts'
import { connectRemotes, openHttp } from './connect.ts'
import type { Console } from './console.ts'
import { attempt, deliver, type Delivery } from './deliver.ts'
import { chooseLook } from './look.ts'
import { MistypedError, parseOptions, readAsked, type Options } from './options.ts'
import { describeCommand, openPage, type WritePage } from './page-file.ts'
import { Progress } from './progress.ts'
import { isPublicLog } from './public-log.ts'
import { formatDocument, formatErrorJson, formatJson } from './report-json.ts'
import { formatOutcome, formatRun, formatWritten } from './report.ts'
import { exitCode, isFinal, statusOf, type Cost, type Status } from './status.ts'
import { formatOutputs, formatSummary } from './summary.ts'
import { Takes } from './takes.ts'
import { adviseTokens, describeStandIns } from './token.ts'

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

type Remotes = Awaited<ReturnType<typeof connectRemotes>>

/** Where messages go: warnings always, notes unless the user wants it quiet. */
interface Notices {
  readonly warn: (message: string) => void
  readonly note: (message: string) => void
}

/** What only some runs come to, for their page. */
type About = Partial<Pick<PageInput, 'run' | 'proof' | 'error'>>
/** What is said at the end of a run. */
type Told = Pick<Delivery, 'report' | 'summary'> & { readonly about: About }

/** Runs the command and returns its exit code; throws nothing. */
export async function sync(argv: readonly string[], outside: Console): Promise<number> {
  const command = new Command(outside)
  try {
    return await command.run(argv)
  } catch (error) {
    if (!(error instanceof MistypedError)) return command.fail(argv, error)
    const { explainMistyped } = await import('./mistyped.ts')
    return command.fail(argv, explainMistyped(argv, error))
  } finally {
    command.close()
  }
}

/** One run. It keeps what an error at any moment has to be told with: the options, the cost, the secrets. */
class Command {
  readonly #outside: Console
  readonly #startedMs = Date.now()
  readonly #secrets: string[] = []
  #options: Options | null = null
  #http: Http | null = null
  #progress: Progress | null = null
  #wasAsked = false
  #remotes: Remotes | null = null
  #told: Pick<PageRun, 'plan' | 'findTexts' | 'inspection'> | null = null
  #writePage: WritePage | null = null

  constructor(outside: Console) {
    // What is printed takes the place of the line that says how the run goes on.
    const above = (write: Console['out']) => (text: string) => {
      this.#progress?.clear()
      write(text)
    }
    this.#outside = { ...outside, out: above(outside.out), err: above(outside.err) }
  }

  async run(argv: readonly string[]): Promise<number> {
    const { env, out, err, terminal: _, columns: __, ask, ...network } = this.#outside
    const options = parseOptions(argv, env, readText)
    if (typeof options === 'string') {
      out((await readAsked(argv))!)
      return 0
    }
    this.#options = options
    if (options.ask && !ask)
      throw new UsageError('Cannot ask here: --ask needs a terminal. Give --take for each conflict instead')
    if (options.html !== null)
      this.#writePage = await openPage(options.html, (text) => hideSecrets(text, this.#listSecrets()))
    const warn = (message: string) =>
      err(`${redactText(message, this.#secrets).split('\n').map(quoteSentence).join('\n')}\n`)
    const notices = { warn, note: options.quiet ? () => {} : warn }
    for (const line of describeStandIns(options.standIns)) notices.note(line)
    const trace = options.verbose && { trace: (line: string) => err(`${line}\n`) }
    const wait = (told: Wait) => this.#progress?.wait(told)
    const http = openHttp(options, this.#secrets, { note: notices.note, wait, ...network, ...trace })
    this.#http = http
    if (!options.quiet) this.#progress = this.#showProgress(notices)
    const remotes = await connectRemotes(options, http, this.#secrets)
    this.#remotes = remotes
    this.#progress?.begin({ name: 'compare' })
    return options.verify
      ? await this.#verify(options, remotes, http)
      : await this.#mirror(options, remotes, http, notices)
  }

  /** Tells what went wrong, and what there is after it. */
  fail(argv: readonly string[], error: unknown): number {
    this.#progress?.stop()
    const status = statusOf(error)
    const interrupted = error instanceof InterruptedError ? error : null
    const written = interrupted?.written ?? null
    const text =
      error instanceof Error ? (status === 'bug' ? (error.stack ?? error.message) : error.message) : String(error)
    const isJob = this.#outside.env.GITHUB_ACTIONS === 'true'
    const message = this.#redact(status === 'denied' && !isJob ? `${text}${adviseTokens(text)}` : text)
    const told = interrupted ? formatWritten(interrupted.written, interrupted.services, isFinal(error)) : ''
    const kind = status === 'bug' ? 'bug: ' : 'error: '
    const lines = message.split('\n').map(quoteSentence).join('\n')
    this.#outside.err(`${kind}${lines}\n${told === '' ? '' : `${told}\n`}`)
    const summary = () => {
      const said = [message, told].filter((one) => one !== '').map((one) => quoteMarkdown(one, quoteSentence))
      return `**${status}**: ${said.join(' ')}`
    }
    const report = argv.includes('--json') ? () => formatErrorJson(status, message, written, this.#cost()) : null
    const said = [message, told].filter((one) => one !== '')
    return this.#end(status, { report, summary, about: { error: said.join('\n'), ...this.#brokenOff(written) } })
  }

  close(): void {
    this.#progress?.stop()
    this.#http?.close()
  }

  #showProgress({ note }: Notices): Progress {
    const spent = () => {
      const { bytes } = this.#cost()
      return { requests: this.#countRequests(), byteLength: bytes.downloaded + bytes.uploaded }
    }
    return new Progress({ terminal: this.#outside.terminal ?? null, line: note, now: Date.now, spent })
  }

  async #verify(options: Options, remotes: Remotes, http: Http): Promise<number> {
    const verification = await verifySides(remotes, createView(options), http.sleep)
    const report = () =>
      options.json
        ? formatDocument({ version: 1, ...verification, ...this.#cost() })
        : options.quiet && verification.status === 'equal'
          ? ''
          : formatVerification(verification, servicesOf(remotes))
    const summary = () => `**${verification.status}**`
    return this.#end(verification.status, { report, summary, about: { proof: verification } })
  }

  async #mirror(options: Options, remotes: Remotes, http: Http, { warn, note }: Notices): Promise<number> {
    const { env, columns = null } = this.#outside
    const takes = new Takes(options.take)
    const look = chooseLook(options, env, columns, (this.#outside.now ?? Date.now)())
    const { diff } = options
    const publicLog = isPublicLog(env, (path) => readFileSync(path, 'utf8'))
    // Lines that nobody asked for were read without asking who can see them.
    const mayShow = (find: Run['findTexts']) => (publicLog && !diff ? null : find)
    const tell = (plan: Plan, findTexts: Run['findTexts'], inspection: Run['inspection']) => {
      this.#told = { plan, findTexts: mayShow(findTexts), inspection }
      if (options.json) return
      this.#print(
        'the plan',
        () => `${formatPlan({ plan, findTexts, inspection, diff, asked: this.#countRequests() }, look).join('\n')}\n`,
      )
    }
    const run = await runMirror(remotes, {
      ...options,
      view: createView(options),
      take: takes.find,
      prefer: (path) => findTake(options.prefer, path),
      lfsStore: options.lfs === 'both' ? null : options.lfs,
      sleep: http.sleep,
      countRequests: () => this.#countRequests(),
      publicLog,
      warn,
      note,
      tell,
      ...(this.#progress && { watch: this.#progress }),
    })
    // A run that goes on where one was cut short is given answers that it needs no more.
    const unused = run.status === 'in-sync' || run.status === 'refused' ? [] : takes.describeUnused()
    if (run.status === 'conflict' && unused.length > 0) throw new UsageError(`${unused.join(' ')} Nothing was written`)
    for (const sentence of unused) warn(`warning: ${sentence}`)
    const argv = formatOptions(options)
    const told = () =>
      run.plan === this.#told?.plan
        ? formatOutcome(run, this.#cost(), look, argv).join('\n')
        : formatRun(run, this.#cost(), look, { argv, diff })
    const asked = await this.#ask(run, options, { argv, look, offer: options.ask ? null : told })
    if (asked?.takes) {
      this.#progress?.begin({ name: 'compare' })
      return this.#mirror({ ...options, take: [...options.take, ...asked.takes] }, remotes, http, { warn, note })
    }
    const report = () => {
      if (options.json) return formatJson(run, this.#cost())
      if (options.quiet && run.status === 'in-sync') return ''
      return asked ? '' : told()
    }
    const about = { run: { ...run, findTexts: mayShow(run.findTexts) }, proof: run.proof }
    return this.#end(run.status, { report, summary: () => formatSummary(run, this.#cost()), about }, run.wrote)
  }

  /** Asks whoever sits there about conflicts, once; null where nobody does, or nothing can be answered. */
  async #ask(
    { status, plan, inspection }: Run,
    { json, quiet }: Options,
    { argv, look, offer }: { argv: readonly string[]; look: Look; offer: (() => string) | null },
  ): Promise<Asked | null> {
    const { ask = null, out } = this.#outside
    const isOpen = status === 'conflict' && plan.conflicts.some(({ settleable }) => settleable)
    if (ask === null || json || quiet || !isOpen || this.#wasAsked) return null
    this.#wasAsked = true
    const { offerConflicts } = await import('./ask.ts')
    const print = (text: string) => out(`${text}\n`)
    return offerConflicts(plan, { argv, offer }, { ask, print, look, findData: createFinder(inspection, null) })
  }

  /** Hands over the report and returns the exit code. `wrote`: something, before this status was reached. */
  #end(status: Status, { about, ...told }: Told, wrote = false): number {
    this.#progress?.stop()
    const { env, out, err } = this.#outside
    deliver(
      { out, err, append: appendFileSync, redact: (text) => this.#redact(text) },
      { summary: env.GITHUB_STEP_SUMMARY, outputs: env.GITHUB_OUTPUT },
      { ...told, page: this.#pageOf(status, about), outputs: () => formatOutputs(status, this.#cost()) },
    )
    return exitCode(status, this.#options?.detailedExitCode ?? false, wrote)
  }

  /** Writes the page, if one was asked for. */
  #pageOf(status: Status, about: About): (() => void) | null {
    const [options, write] = [this.#options, this.#writePage]
    if (options === null || write === null) return null
    const [cost, links] = [this.#cost(), this.#remotes]
    return () =>
      write({ ...describeCommand(options), status, cost, nowMs: (this.#outside.now ?? Date.now)(), links, ...about })
  }

  /** What a run that failed was about to do, and what it has done. */
  #brokenOff(written: Run['written'] | null): About {
    const told = this.#told
    return told ? { run: { ...told, written: written ?? startWritten(), earlier: [], wrote: written !== null } } : {}
  }

  /** Something that is printed while the run goes on. */
  #print(what: string, make: () => string): void {
    const { out, err } = this.#outside
    attempt({ err, redact: (text) => this.#redact(text) }, what, () => out(make()))
  }

  #countRequests(): number {
    const { github, huggingface } = this.#cost().requests
    return github + huggingface
  }

  #cost(): Cost {
    return {
      requests: this.#http?.requests ?? { github: 0, huggingface: 0 },
      bytes: this.#http?.bytes ?? { downloaded: 0, uploaded: 0 },
      elapsedMs: Date.now() - this.#startedMs,
    }
  }

  #redact(text: string): string {
    return redactText(text, this.#listSecrets())
  }

  #listSecrets(): string[] {
    const { GITHUB_TOKEN, GH_TOKEN, HF_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN } = this.#outside.env
    const given = [GITHUB_TOKEN, GH_TOKEN, HF_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN].filter(
      (secret) => secret !== undefined,
    )
    return [...given, ...this.#secrets]
  }
}
