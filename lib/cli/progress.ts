/** How a run goes on, for people: one line on a terminal, drawn anew; elsewhere a line every ten seconds. */
import type { LfsObject } from '../model/entry.ts'
import type { Progress as Sent } from '../model/upload.ts'
import type { Phase, RunWatch } from '../plan/phases.ts'
import { formatMoment, formatPast, type Moment, type Wait } from '../report/progress-text.ts'
import type { Events, Tell } from './log.ts'
import type { Runner } from './runner.ts'

/** Where the line is drawn, if anywhere; `columns` is that of a terminal. */
export type Terminal = NodeJS.WritableStream & { readonly columns?: number }

/**
 * `terminal`: null where there is none; then `line` gets whole lines, which `groups` folds where it is there, or `tell`,
 * where there is one, gets events. `spent`: by the run so far, both ways.
 */
export interface Screen {
  readonly terminal: Terminal | null
  readonly line: (text: string) => void
  readonly groups?: Pick<Runner, 'beginGroup' | 'endGroup'> | null
  readonly tell?: Tell | null
  readonly now: () => number
  readonly spent: () => { readonly requests: number; readonly byteLength: number }
}

const drawEveryMs = 500
const lineEveryMs = 10_000
/** The rate is that of the last seconds, so that a slow minute long ago does not count. */
const samplesMax = 20
const sampleEveryMs = 1_000
/** A phase that is over sooner leaves no line. */
const toldAfterMs = 1_000
const widthMax = 80
const clearLine = '\r\u001b[2K'

interface Sample {
  readonly ms: number
  readonly sent: number
}

function describeMoment(moment: Moment, done: boolean): Events['progress'] {
  const { phase, elapsedMs, requests, byteLength, stored, sent, read } = moment
  return {
    phase: phase.name,
    done,
    elapsedMs,
    requests,
    bytes: byteLength,
    objectsStored: stored,
    objectBytes: sent,
    filesRead: read,
  }
}

/** Shows a run while it goes on: on a terminal as it changes, else a line now and then. */
export class Progress implements RunWatch {
  readonly #screen: Screen
  readonly #timer: NodeJS.Timeout
  readonly #sent = new Map<string, number>()
  readonly #stored = new Set<string>()
  readonly #read = new Set<string>()
  readonly #samples: Sample[] = []
  /** Null between two of them. */
  #phase: Phase | null = null
  #startMs = 0
  #spentBefore = { requests: 0, byteLength: 0 }
  #wait: Wait | null = null
  #isDrawn = false
  #isGrouped = false

  constructor(screen: Screen) {
    this.#screen = screen
    this.#timer = setInterval(() => this.#tick(), screen.terminal ? drawEveryMs : lineEveryMs)
    this.#timer.unref()
  }

  readonly begin: RunWatch['begin'] = (phase) => {
    // A run compares from its first moment on, whoever else says so.
    if (phase.name === 'compare' && this.#phase?.name === 'compare') return
    this.end()
    this.#phase = phase
    this.#startMs = this.#screen.now()
    this.#spentBefore = this.#screen.spent()
    for (const kept of [this.#sent, this.#stored, this.#read]) kept.clear()
    this.#samples.splice(0, Infinity, { ms: this.#startMs, sent: 0 })
    // Whoever has just pressed Enter sees that something goes on.
    if (this.#screen.terminal) this.#tick()
    const { name, ...rest } = phase
    this.#screen.tell?.('phase', { phase: name, ...rest })
  }

  readonly committed: RunWatch['committed'] = (side, commit) => this.#screen.tell?.('commit', { side, commit })

  readonly read: RunWatch['read'] = (oid) => void this.#read.add(oid)

  /** `sent` of this object's bytes have left; it may go back. */
  readonly progress = ({ object, sent }: Sent): void => void this.#sent.set(object.oid, sent)

  /** It has arrived. */
  readonly stored = (object: LfsObject, newByteLength: number): void => {
    const { oid, byteLength } = object
    if (!this.#stored.has(oid)) this.#screen.tell?.('object', { oid, bytes: byteLength, newBytes: newByteLength })
    this.#sent.set(oid, byteLength)
    this.#stored.add(oid)
  }

  /** A request waits; the longest wait is told. */
  readonly wait = (wait: Wait): void => {
    const { why, untilMs } = wait
    this.#screen.tell?.('wait', { why, until: new Date(untilMs).toISOString() })
    if (this.#wait === null || untilMs > this.#wait.untilMs) this.#wait = wait
  }

  /** To be called before anything else is written where the line stands. */
  readonly clear = (): void => {
    if (this.#isDrawn) this.#screen.terminal?.write(clearLine)
    this.#isDrawn = false
  }

  /** To be called whatever the run came to. */
  readonly stop = (): void => {
    clearInterval(this.#timer)
    this.end()
  }

  /** The same where the run has failed: nothing is said to be done that was not. */
  readonly drop = (): void => {
    this.clear()
    this.#phase = null
    this.stop()
  }

  #tick(): void {
    if (this.#phase === null) return
    const moment = this.#look(this.#phase)
    const { terminal, groups, tell } = this.#screen
    if (tell) return tell('progress', describeMoment(moment, false))
    const line = formatMoment(moment, this.#width())
    if (!terminal && groups && !this.#isGrouped) {
      groups.beginGroup(line)
      this.#isGrouped = true
      return
    }
    if (!terminal) return this.#screen.line(line)
    terminal.write(`${clearLine}${line}`)
    this.#isDrawn = true
  }

  #endGroup(): void {
    if (this.#isGrouped) this.#screen.groups?.endGroup()
    this.#isGrouped = false
  }

  /** One line stays of what took its time. */
  readonly end: RunWatch['end'] = () => {
    this.clear()
    this.#endGroup()
    if (this.#phase === null) return
    const moment = this.#look(this.#phase)
    this.#phase = null
    const { terminal, line, tell } = this.#screen
    if (tell) return tell('progress', describeMoment(moment, true))
    if (moment.elapsedMs < (terminal ? toldAfterMs : lineEveryMs)) return
    const past = formatPast(moment, this.#width())
    if (terminal) terminal.write(`${past}\n`)
    else line(past)
  }

  /** One column is left free, where the cursor stands. A terminal that does not know its width says that it has none. */
  #width(): number {
    return Math.min(widthMax, this.#screen.terminal?.columns || widthMax) - 1
  }

  #look(phase: Phase): Moment {
    const nowMs = this.#screen.now()
    const spent = this.#screen.spent()
    const sent = [...this.#sent.values()].reduce((sum, one) => sum + one, 0)
    const latest = this.#samples.at(-1)
    if (latest === undefined || nowMs - latest.ms >= sampleEveryMs) this.#samples.push({ ms: nowMs, sent })
    if (this.#samples.length > samplesMax) this.#samples.shift()
    const [oldest] = this.#samples
    const seconds = (nowMs - oldest!.ms) / 1_000
    return {
      phase,
      nowMs,
      elapsedMs: nowMs - this.#startMs,
      requests: spent.requests - this.#spentBefore.requests,
      byteLength: spent.byteLength - this.#spentBefore.byteLength,
      stored: this.#stored.size,
      sent,
      read: this.#read.size,
      perSecond: seconds > 0 ? Math.max(0, sent - oldest!.sent) / seconds : 0,
      wait: this.#wait,
    }
  }
}
