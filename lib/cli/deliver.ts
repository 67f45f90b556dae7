/**
 * Hands over what a run came to. What was done is done: a report that cannot be made or written is a warning, and
 * changes nothing of it.
 */
import { quoteSentence } from '../model/quote.ts'

export interface Outlets {
  readonly out: (text: string) => void
  /** Says what must be known, without a secret. */
  readonly warn: (message: string) => void
  readonly append: (file: string, text: string) => void
}

/** Made only when it is written, so that what cannot be made loses nothing else. */
export interface Delivery {
  readonly report: (() => string) | null
  /** The page that was asked for: what it is called, and what writes it. */
  readonly page: { readonly name: string; readonly write: () => void } | null
  /** Null where it is known that nobody reads it. */
  readonly summary: (() => string) | null
  readonly outputs: () => string
}

/** Does something that changes nothing of what the run does: where it cannot, that is a warning. */
export function attempt({ warn }: Pick<Outlets, 'warn'>, what: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    const why = quoteSentence(error instanceof Error ? error.message : String(error))
    warn(`cannot write ${what}: ${why}; what the run did is not changed by that`)
  }
}

/** What a task comes to that changes nothing of what the run did: null and a warning where it fails. */
export async function orWarn<T>(warn: Outlets['warn'], task: () => Promise<T>): Promise<T | null> {
  try {
    return await task()
  } catch (error) {
    warn(`${error instanceof Error ? error.message : String(error)}. That changes nothing else of this run`)
    return null
  }
}

/** `files`: where a job's summary and its outputs go, if anywhere. */
export function deliver(
  outlets: Outlets,
  files: { readonly summary: string | undefined; readonly outputs: string | undefined },
  { report, page, summary, outputs }: Delivery,
): void {
  const { out, append } = outlets
  if (report)
    attempt(outlets, 'the report', () => {
      const text = report()
      if (text !== '') out(`${text}\n`)
    })
  if (page) attempt(outlets, page.name, page.write)
  if (files.summary && summary)
    attempt(outlets, 'the job summary', () => {
      append(files.summary!, `${summary()}\n`)
    })
  if (files.outputs)
    attempt(outlets, 'the outputs', () => {
      append(files.outputs!, outputs())
    })
}
