/** Asks both services every question of `hubs/questions.ts`, and tells what came of it, as a table and as a file. */
import { redactText } from '../../lib/http/redact.ts'
import { sides, type Side } from '../../lib/model/sides.ts'
import { formatAnswers, type Answer } from '../hubs/answers.ts'
import { isAnswer, questions, type Value } from '../hubs/questions.ts'
import type { Scene } from './ask.ts'
import { githubProbes } from './github-probes.ts'
import { hubProbes } from './hub-probes.ts'
import { unanswered, type Found, type Probe } from './probe.ts'

export const probes: Readonly<Record<Side, readonly Probe[]>> = { github: githubProbes, huggingface: hubProbes }

interface Row {
  readonly value: Value | undefined
  readonly seen: string
}

/** What was answered, by side and by name of a switch. */
export class Answered {
  readonly #rows = new Map<string, Row>()
  readonly #secrets: readonly string[]

  /** `secrets`: what no answer may hold. */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
  }

  /** A probe that fails leaves its questions open. */
  async ask(side: Side, { answers, look }: Probe, scene: Scene): Promise<Found> {
    const found = await look(scene).catch((error: unknown) => unanswered(`the question failed: ${String(error)}`))
    const seen = redactText(found.seen, this.#secrets).replaceAll(/\s+/g, ' ')
    for (const name of answers) this.#rows.set(`${side} ${name}`, { value: found.values[name], seen })
    return found
  }

  row(side: Side, name: string): Row {
    return this.#rows.get(`${side} ${name}`) ?? { value: undefined, seen: 'not asked' }
  }

  formatTable(): string {
    const rows = questions.map(({ side, name, ask }) => {
      const { value, seen } = this.row(side, name)
      const cells = [side, ask, `\`${name}\``, value === undefined ? 'open' : JSON.stringify(value), seen]
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
    })
    return ['| service | question | switch | answer | seen |', '| --- | --- | --- | --- | --- |', ...rows, ''].join(
      '\n',
    )
  }

  /** Only what was answered, and could be. */
  formatFile(day: string): string {
    const read = (side: Side) =>
      Object.fromEntries(
        questions.flatMap((question): [string, Answer][] => {
          const { value, seen } = this.row(question.side, question.name)
          if (question.side !== side || !isAnswer(question, value)) return []
          return [[question.name, { value, known: 'seen', seen }]]
        }),
      )
    return formatAnswers({ github: read('github'), huggingface: read('huggingface') }, day)
  }
}

export async function askAll(scene: Scene, answered: Answered): Promise<void> {
  for (const side of sides) for (const probe of probes[side]) await answered.ask(side, probe, scene)
}
