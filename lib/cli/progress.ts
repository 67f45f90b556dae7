/**
 * How transfers go on, for people: on a terminal a bar for each object under way and one for all; elsewhere a line
 * every ten seconds.
 */
import cliProgress from 'cli-progress'
import type { LfsObject } from '../model/entry.ts'
import { quote } from '../model/quote.ts'
import type { Progress } from '../model/remote.ts'
import { sides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { formatBytes, formatDuration } from '../report/numbers.ts'

/** Bars are drawn on `terminal`, where there is one; lines go to `line`. */
export interface Screen {
  readonly terminal: NodeJS.WritableStream | null
  readonly line: (text: string) => void
}

/** What is to be sent in all; the name of an object is the path it is for. */
export interface Transfers {
  readonly objects: readonly LfsObject[]
  readonly nameOf: (oid: string) => string
}

export function listTransfers({ objects, commits }: Pick<Plan, 'objects' | 'commits'>): Transfers {
  const edits = sides.flatMap((side) => commits[side].flatMap((commit) => commit.edits))
  const names = new Map(
    edits.flatMap(({ path, content }) =>
      content && 'entry' in content && content.entry.lfs ? [[content.entry.lfs.oid, path]] : [],
    ),
  )
  return { objects: sides.flatMap((side) => objects[side]), nameOf: (oid) => names.get(oid) ?? oid.slice(0, 12) }
}

const lineEveryMs = 10_000
const sampleEveryMs = 1_000
/** The rate is that of the last samples, so that a slow minute long ago does not count. */
const samplesMax = 20
const nameWidth = 40
/** A bar for something that is over in a moment would only flicker. */
const barByteLengthMin = 1_000_000

interface Sample {
  readonly ms: number
  readonly bytes: number
}

function shorten(name: string): string {
  const quoted = quote(name)
  return (quoted.length > nameWidth ? `...${quoted.slice(3 - nameWidth)}` : quoted).padEnd(nameWidth)
}

export class ProgressDisplay {
  readonly #screen: Screen
  readonly #now: () => number
  readonly #nameOf: (oid: string) => string
  readonly #objects = new Map<string, LfsObject>()
  readonly #sent = new Map<string, number>()
  readonly #stored = new Set<string>()
  readonly #timers: NodeJS.Timeout[] = []
  readonly #samples: Sample[] = []
  readonly #bars = new Map<string, cliProgress.SingleBar>()
  #bytes = 0
  #totalBytes = 0
  #multi: cliProgress.MultiBar | null = null
  #total: cliProgress.SingleBar | null = null

  /** `now` in milliseconds. Nothing is shown before the first byte. */
  constructor(screen: Screen, { objects, nameOf }: Transfers, now: () => number) {
    this.#screen = screen
    this.#nameOf = nameOf
    this.#now = now
    for (const object of objects) this.#expect(object)
  }

  /** Objects that are made from plain files are not known before. */
  #expect(object: LfsObject): void {
    if (this.#objects.has(object.oid)) return
    this.#objects.set(object.oid, object)
    this.#totalBytes += object.byteLength
    this.#total?.setTotal(this.#totalBytes)
  }

  #begin(): void {
    this.#samples.push({ ms: this.#now(), bytes: 0 })
    this.#timers.push(setInterval(() => this.#sample(), sampleEveryMs))
    if (this.#screen.terminal) this.#draw(this.#screen.terminal)
    else this.#timers.push(setInterval(() => this.#screen.line(this.#formatTotal()), lineEveryMs))
    for (const timer of this.#timers) timer.unref()
  }

  /** `sent` of this object's bytes have left; it may go back. */
  readonly progress = ({ object, sent }: Progress): void => {
    if (this.#samples.length === 0) this.#begin()
    this.#expect(object)
    this.#bytes += sent - (this.#sent.get(object.oid) ?? 0)
    this.#sent.set(object.oid, sent)
    const known = this.#bars.get(object.oid)
    if (known) known.update(sent)
    else if (this.#multi && object.byteLength >= barByteLengthMin && !this.#stored.has(object.oid)) {
      this.#bars.set(
        object.oid,
        this.#multi.create(object.byteLength, sent, { name: shorten(this.#nameOf(object.oid)), note: '' }),
      )
    }
  }

  /** It has arrived, or was there all the time. */
  readonly stored = (object: LfsObject): void => {
    this.progress({ object, sent: object.byteLength })
    this.#stored.add(object.oid)
    const bar = this.#bars.get(object.oid)
    if (bar) this.#multi!.remove(bar)
    this.#bars.delete(object.oid)
  }

  /** Takes the bars away. To be called whatever the run came to. */
  readonly stop = (): void => {
    for (const timer of this.#timers) clearInterval(timer)
    this.#multi?.stop()
    this.#multi = null
  }

  #draw(stream: NodeJS.WritableStream): void {
    const format = (
      { barsize = 30, barCompleteString = '', barIncompleteString = '' }: cliProgress.Options,
      { progress, value, total }: cliProgress.Params,
      { name, note }: { name: string; note: string },
    ) => {
      const done = Math.round(Math.min(1, progress) * barsize)
      return `${name} ${barCompleteString.slice(0, done)}${barIncompleteString.slice(0, barsize - done)} ${formatBytes(value)} of ${formatBytes(total)}${note}`
    }
    this.#multi = new cliProgress.MultiBar({
      stream,
      format,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      barsize: 30,
      barCompleteChar: '#',
      barIncompleteChar: '.',
      autopadding: false,
      fps: 5,
    })
    this.#total = this.#multi.create(this.#totalBytes, 0, { name: shorten('all'), note: '' })
  }

  #sample(): void {
    this.#samples.push({ ms: this.#now(), bytes: this.#bytes })
    if (this.#samples.length > samplesMax) this.#samples.shift()
    this.#total?.update(this.#bytes, {
      name: shorten(`${this.#stored.size} of ${this.#objects.size} objects`),
      note: `, ${this.#formatRate()}`,
    })
  }

  #formatRate(): string {
    const oldest = this.#samples[0]!
    const elapsedMs = this.#now() - oldest.ms
    const perSecond = elapsedMs > 0 ? (Math.max(0, this.#bytes - oldest.bytes) / elapsedMs) * 1_000 : 0
    return `${formatBytes(perSecond)}/s, ${formatDuration((this.#totalBytes - this.#bytes) / perSecond)} left`
  }

  #formatTotal(): string {
    return `${this.#stored.size} of ${this.#objects.size} objects, ${formatBytes(this.#bytes)} of ${formatBytes(this.#totalBytes)}, ${this.#formatRate()}`
  }
}
