/** The runner of GitHub Actions, which reads all that a step prints, and takes some lines for commands. */
import { breakCommands } from '../model/quote.ts'
import { formatAnnotation, formatGroup, type Annotation } from '../report/annotation.ts'
import { count } from '../report/numbers.ts'

/** The page of a run shows ten annotations of a level for each step. The tenth is made at the end. */
const shownMax = 9
/** Fewer lines are not worth a click. */
const groupedMin = 20

type Print = (text: string) => void

/** Annotations and groups, for all runs of a command together. Whatever else is printed is no command. */
export class Runner {
  readonly #out: Print
  readonly #err: Print
  /** How many of a level were made, and the tenth. */
  readonly #made = new Map<Annotation['level'], { number: number; tenth: Annotation | null }>()

  constructor({ out, err }: { readonly out: Print; readonly err: Print }) {
    this.#out = out
    this.#err = err
  }

  /** What prints as the step does, but that none of its lines is a command. */
  guard(): { readonly out: Print; readonly err: Print; readonly runner: Runner } {
    return {
      out: (text) => this.#out(breakCommands(text)),
      err: (text) => this.#err(breakCommands(text)),
      runner: this,
    }
  }

  /** Returns false where the level has as many as are shown: then the message has to be printed otherwise. */
  annotate(annotation: Annotation): boolean {
    const made = this.#made.get(annotation.level) ?? { number: 0, tenth: null }
    this.#made.set(annotation.level, made)
    made.number += 1
    if (made.number <= shownMax) this.#err(`${formatAnnotation(annotation)}\n`)
    else made.tenth ??= annotation
    return made.number <= shownMax
  }

  /** The runner takes the secret out of its log from here on. To stderr, since stdout may be one document. */
  mask(secret: string): void {
    this.#err(`::add-mask::${secret.replaceAll(/[%\r\n]/g, encodeURIComponent)}\n`)
  }

  /** Prints lines, folded under the last one where they are many. */
  printGroup(lines: readonly string[]): void {
    const rest = breakCommands(lines.slice(0, -1).join('\n'))
    this.#out(
      lines.length < groupedMin
        ? `${breakCommands(lines.join('\n'))}\n`
        : `${formatGroup(lines.at(-1)!)}\n${rest}\n::endgroup::\n`,
    )
  }

  /** What goes to stderr is folded until `endGroup`. */
  beginGroup(title: string): void {
    this.#err(`${formatGroup(title)}\n`)
  }

  endGroup(): void {
    this.#err('::endgroup::\n')
  }

  /** Makes the tenth annotation of each level, which says how many more there are. */
  end(): void {
    for (const [level, { number, tenth }] of this.#made) {
      if (tenth === null) continue
      const title = `${count(number - shownMax, 'more message')} of this kind`
      const last = { level, title, message: `${title}: the log has all of them` }
      this.#err(`${formatAnnotation(number === shownMax + 1 ? tenth : last)}\n`)
    }
    this.#made.clear()
  }
}
