/**
 * Answers to the questions of `questions.ts` as a file holds them: what is believed today (`answers.json`), or what
 * `npm run test:live` saw, where `LIVE_BELIEFS` names its file.
 *
 *     {
 *       "form": 1,                      the shape of this file
 *       "asked": "2026-11-30",          the day, null where nobody was asked
 *       "answers": {
 *         "github": {                   and "huggingface": by the name of a switch
 *           "updateRefs": {
 *             "value": "allowed",       what the switch is set to
 *             "known": "seen",          seen on the service, reported by somebody, or nobody's word: "open"
 *             "seen": "answered 200"    what was seen in short, or whose word it is
 *           }
 *         }
 *       }
 *     }
 *
 * What a file does not answer stays as it is believed.
 */
import { readFileSync } from 'node:fs'
import type { Side, Sides } from '../../lib/model/sides.ts'
import { isAnswer, questions, type Value } from './questions.ts'

export interface Answer {
  readonly value: Value
  readonly known: 'seen' | 'reported' | 'open'
  readonly seen: string
}
export type Answers = Sides<Readonly<Record<string, Answer>>>

const form = 1
const degrees: readonly unknown[] = ['seen', 'reported', 'open'] satisfies Answer['known'][]
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function formatAnswers(answers: Answers, asked: string | null): string {
  return `${JSON.stringify({ form, asked, answers }, null, 2)}\n`
}

/** Throws what is wrong with the file, which `name` is called. */
export function parseAnswers(text: string, name: string): Answers {
  const file: unknown = JSON.parse(text)
  const answers = isRecord(file) && file['form'] === form ? file['answers'] : null
  if (!isRecord(answers)) throw new Error(`${name} holds no answers of form ${form}`)
  const read = (side: Side) => {
    const own = answers[side]
    if (!isRecord(own)) throw new Error(`${name} has no answers of "${side}"`)
    for (const [key, answer] of Object.entries(own)) {
      const question = questions.find((one) => one.side === side && one.name === key)
      if (!question) throw new Error(`${name} answers what is not asked of ${side}: "${key}"`)
      if (!isRecord(answer) || !isAnswer(question, answer['value']) || !degrees.includes(answer['known']))
        throw new Error(`${name} has no possible answer to "${key}" of ${side}: ${JSON.stringify(answer)}`)
    }
    return own as Record<string, Answer>
  }
  return { github: read('github'), huggingface: read('huggingface') }
}

const believedUrl = new URL('answers.json', import.meta.url)

/** What is believed today. */
export function readBelieved(): Answers {
  return parseAnswers(readFileSync(believedUrl, 'utf8'), 'answers.json')
}

/** What is believed, and above it what the file says that `LIVE_BELIEFS` names. */
export function readAnswers(path = process.env['LIVE_BELIEFS']): Answers {
  const believed = readBelieved()
  if (!path) return believed
  const seen = parseAnswers(readFileSync(path, 'utf8'), path)
  return {
    github: { ...believed.github, ...seen.github },
    huggingface: { ...believed.huggingface, ...seen.huggingface },
  }
}

let known: Answers | null = null

/** The switches of one fake that the answers set, by name. */
export function answeredSwitches(side: Side, answers: Answers = (known ??= readAnswers())): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answers[side]).map(([name, { value }]) => [
      name,
      name === 'compareLinesMax' && value === null ? Infinity : value,
    ]),
  )
}
