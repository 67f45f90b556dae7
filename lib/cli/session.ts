/** What a run has from its first moment to its last: where it speaks, what it hides, what it cost, how it ends. */
import { appendFileSync } from 'node:fs'
import type { Http } from '../http/http.ts'
import { hideSecrets, redactText } from '../http/redact.ts'
import { quote, quoteSentence } from '../model/quote.ts'
import type { PageInput, PageRun } from '../page/input.ts'
import type { Plan } from '../plan/plan.ts'
import type { Annotation } from '../report/annotation.ts'
import { wrap } from '../report/width.ts'
import type { Confirm } from '../run/default-branch.ts'
import type { RunBadge } from './badge.ts'
import { connect, type Door } from './connect.ts'
import type { Console } from './console.ts'
import { attempt, deliver, type Delivery } from './deliver.ts'
import type { Tell } from './log.ts'
import { chooseWidth, isDumb } from './look.ts'
import type { Options } from './options.ts'
import { describeFound, formatOutputs, keepPlan, type Found, type Shared } from './outputs.ts'
import type { WritePage } from './page-file.ts'
import { Progress } from './progress.ts'
import { noteLimits } from './report.ts'
import { exitCode, subtractCost, type Cost, type Spent, type Status } from './status.ts'
import { describeStandIns } from './token.ts'

type Connected = Awaited<ReturnType<typeof connect>>
export type Remotes = Connected['remotes']

/** What only some runs come to, for their page. */
export type About = Partial<Pick<PageInput, 'run' | 'proof' | 'error'>>

/**
 * What is said at the end. `wrote`: something was written before this status was reached. `detail`: of what the run found,
 * in a few words, where `about` does not tell. `annotations`: for the page of a workflow's run; where there are none, it
 * is told of what ended badly by `detail`. `plan`: the plan as data; null where nobody needs one. `isKnown`: people were
 * told of the same conflicts before.
 */
export interface Ending extends Pick<Delivery, 'report' | 'summary'>, Shared {
  readonly status: Status
  readonly annotations?: readonly Annotation[]
  readonly about: About
  readonly wrote?: boolean
  readonly isKnown?: boolean
  readonly detail?: string
  readonly plan?: (() => string) | null
}

/** One of several runs of a command: what it is called beside the others, and who is told how it ended. */
export interface Member {
  readonly name: string
  readonly gather: (ended: Ended) => void
}

/** How one of several runs ended. `said`: its report; null where it has none. `document`: its plan as data, for the outputs. */
export interface Ended extends Pick<Ending, 'status' | 'about' | 'summary' | 'detail'> {
  readonly code: number
  readonly cost: Cost
  readonly said: string | null
  readonly found: Found
  readonly document: string | null
}

/** What a run works with, once its options are known. `confirm`: see `run/mirror`; null where nothing is assumed. */
export interface Opened extends Connected {
  readonly http: Http
  readonly confirm: Confirm | null
  /** The remotes of other branches of the same repositories. */
  readonly reach: (branches: Options['branches']) => Promise<Remotes>
}

/** One run. It keeps what an error at any moment has to be told with. */
export class Session {
  readonly outside: Console
  /** The plan that was shown last, as its page may show it. */
  shown: Pick<PageRun, 'plan' | 'findTexts' | 'inspection'> | null = null
  /** Null where the run is the only one of its command. */
  readonly member: Member | null
  /** Tells an event; null where stderr is for people. */
  readonly tell: Tell | null
  readonly #door: Door
  #startedMs = Date.now()
  #before: Spent
  #options: Options | null = null
  #progress: Progress | null = null
  #remotes: Remotes | null = null
  #writePage: WritePage | null = null
  #badge: RunBadge | null = null

  constructor(outside: Console, door: Door, member: Member | null = null) {
    this.member = member
    this.#door = door
    this.#before = door.spent
    // What is printed takes the place of the line that says how the run goes on.
    const above = (write: Console['out']) => (text: string) => {
      this.#progress?.clear()
      write(text)
    }
    this.outside = { ...outside, out: above(outside.out), err: above(outside.err) }
    const { log } = outside
    const write: Tell = (event, fields) => {
      const { nowMs, redact } = this
      outside.err(log!.formatEvent(event, fields, { nowMs, redact, run: member?.name ?? null }))
    }
    this.tell = log ? write : null
  }

  /** Takes the options of the run. Throws a `UsageError` where the page cannot be written. */
  async take(options: Options): Promise<void> {
    this.#options = options
    if (options.html !== null) {
      const { openPage } = await import('./page-file.ts')
      this.#writePage = await openPage(options.html, (text) => hideSecrets(text, this.#listSecrets()))
    }
    if (options.badge !== null) {
      const { openBadge } = await import('./badge.ts')
      this.#badge = openBadge(options.badge)
    }
  }

  /** Begins the run and connects both sides. Throws where something of it cannot be had. */
  async open(options: Options): Promise<Opened> {
    const { env: _, log, out: _out, err, terminal: _terminal, columns: _columns, ask: _ask, ...network } = this.outside
    if (log) this.tell?.('start', log.describeStart(options))
    if (this.member !== null) this.#startedMs = Date.now()
    this.#before = this.#door.spent
    if (!this.#door.isOpen) {
      if (options.from !== null) this.note(`What is mirrored is read from "${quote(options.from.file)}"`)
      for (const line of describeStandIns(options.standIns)) this.note(line)
    }
    const trace = (line: string) => (this.tell ? this.tell('request', { message: line }) : err(`${line}\n`))
    const wait: Progress['wait'] = (told) => this.#progress?.wait(told)
    const mask = (secret: string) => this.outside.runner?.mask(secret)
    const http = this.#door.enter(options, { note: this.note, wait, trace, mask }, network)
    if (!options.quiet) this.#progress = this.#showProgress()
    const connected = await connect(options, http, this.#door)
    this.#remotes = connected.remotes
    this.#progress?.begin({ name: 'compare' })
    const reach = async (branches: Options['branches']) =>
      (await connect({ ...options, branches }, http, this.#door)).remotes
    return { http, confirm: null, ...connected, reach }
  }

  /** The branch was found. */
  settle(options: Options, remotes: Remotes): void {
    this.#options = options
    this.#remotes = remotes
  }

  /** The branches of the run, as far as they were found. */
  get branches(): Options['branches'] | null {
    return this.#options?.branches ?? null
  }

  /** Null where nobody is to see how the run goes on. */
  get watch(): Progress | null {
    return this.#progress
  }

  get nowMs(): number {
    return (this.outside.now ?? Date.now)()
  }

  get cost(): Cost {
    return { ...subtractCost(this.#door.spent, this.#before), elapsedMs: Date.now() - this.#startedMs }
  }

  readonly countRequests = (): number => {
    const { github, huggingface } = this.cost.requests
    return github + huggingface
  }

  /** Tells a plan as an event. */
  tellPlan(plan: Plan): void {
    const { log } = this.outside
    if (log) this.tell?.('plan', log.describePlan(plan, this.cost))
  }

  /** Says what must be known, whatever the run comes to. */
  readonly warn = (message: string): void => {
    const { runner = null } = this.outside
    const told = this.redact(message)
    if (runner?.annotate({ level: 'warning', title: 'Warning', message: told }) !== true) this.#say('warning', message)
  }

  #say(event: 'warning' | 'note', message: string): void {
    const lines = this.redact(message).split('\n').map(quoteSentence).join('\n')
    if (this.tell) this.tell(event, { message: lines })
    else this.outside.err(`${event === 'warning' ? 'warning: ' : ''}${lines}\n`)
  }

  /** Says what happens, unless the user wants it quiet. */
  readonly note = (message: string): void => {
    const { terminal = null } = this.outside
    const width = terminal === null ? Infinity : chooseWidth(terminal.columns)
    if (this.#options?.quiet !== true) this.#say('note', wrap(message, width, '  '))
  }

  readonly redact = (text: string): string => redactText(text, this.#listSecrets())

  /** Prints lines while the run goes on, folded in a workflow if they may be; where they cannot be made, that is a warning. */
  print(what: string, make: () => readonly string[], mayFold: boolean): void {
    const { out, runner = null } = this.outside
    attempt(this, what, () => (runner && mayFold ? runner.printGroup(make()) : out(`${make().join('\n')}\n`)))
  }

  /** Hands over the report and returns the exit code. Of one of several runs, what is told of all together is kept. */
  end(ending: Ending): number {
    const { status, about, report, annotations, plan = null, wrote = false, isKnown = false, ...rest } = ending
    this.#progress?.stop()
    const { env, out } = this.outside
    const limits = noteLimits(this.cost, this.#options?.verbose === true, about.error !== undefined)
    if (limits !== null) this.note(limits)
    const code = exitCode(status, this.#options?.detailedExitCode ?? false, wrote, isKnown)
    const isBad = code !== 0 && about.error === undefined
    this.#annotate(annotations ?? (isBad ? [{ level: 'error', title: status, message: rest.detail ?? status }] : []))
    const isAlone = this.member === null
    let said: string | null = null
    const keep = () => (said = report!())
    const found = describeFound(about.run)
    const [badge, words] = [this.#badge, ending.summary]
    const summary = badge && words ? () => `${badge.show(status, about.run, this.nowMs)}\n\n${words()}` : words
    deliver(
      { out: isAlone || this.#options?.json !== true ? out : () => {}, warn: this.warn, append: appendFileSync },
      isAlone
        ? { summary: env.GITHUB_STEP_SUMMARY, outputs: env.GITHUB_OUTPUT }
        : { summary: undefined, outputs: undefined },
      {
        report: report && keep,
        summary,
        page: this.#pageOf(status, about),
        outputs: () =>
          formatOutputs(status, this.cost, { ...found, shares: ending.shares, plan: keepPlan(this, plan) }),
      },
    )
    if (badge) attempt(this, 'the badge', () => badge.write(status, about.run, this.nowMs))
    this.tell?.('end', { status, exitCode: code, ...this.cost })
    if (this.member !== null) {
      const document = keepPlan(this, plan, (_, text) => text)
      this.member.gather({ ...rest, status, about, summary, code, cost: this.cost, said, found, document })
    }
    return code
  }

  #annotate(annotations: readonly Annotation[]): void {
    const which = this.member === null ? '' : `${this.member.name}: `
    for (const one of annotations)
      this.outside.runner?.annotate({ ...one, message: this.redact(`${which}${one.message}`) })
  }

  /** Ends what would go on by itself, and lets go of what was read. */
  close(): void {
    this.#progress?.stop()
    this.shown = null
    this.#remotes = null
  }

  #showProgress(): Progress {
    const spent = () => {
      const { bytes } = this.cost
      return { requests: this.countRequests(), byteLength: bytes.downloaded + bytes.uploaded }
    }
    const { env, terminal = null, runner = null } = this.outside
    return new Progress({
      terminal: isDumb(env) || this.tell ? null : terminal,
      line: this.note,
      groups: runner,
      tell: this.tell,
      now: Date.now,
      spent,
    })
  }

  /** The page, if one was asked for; where it is written, that is told. */
  #pageOf(status: Status, about: About): Delivery['page'] {
    const [options, writePage, links] = [this.#options, this.#writePage, this.#remotes]
    if (!options?.html || writePage === null) return null
    const name = `the page "${quote(options.html)}"`
    const { cost, nowMs } = this
    const write = () => {
      writePage(options, { status, cost, nowMs, links, ...about })
      this.note(`Wrote ${name}`)
    }
    return { name, write }
  }

  #listSecrets(): string[] {
    const { GITHUB_TOKEN, GH_TOKEN, HF_TOKEN, HUGGING_FACE_HUB_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN } =
      this.outside.env
    const given = [GITHUB_TOKEN, GH_TOKEN, HF_TOKEN, HUGGING_FACE_HUB_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN].filter(
      (secret) => secret !== undefined,
    )
    return [...given, ...this.#door.secrets]
  }
}
