/**
 * Hands over what a run came to. What was done is done: a report that cannot be made or written is a warning, and
 * changes nothing of it.
 */
import { quoteSentence } from '../model/quote.ts'

export interface Outlets {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly append: (file: string, text: string) => void
  readonly redact: (text: string) => string
}

/** Made only when it is written, so that what cannot be made loses nothing else. */
export interface Delivery {
  readonly report: (() => string) | null
  readonly summary: () => string
  readonly outputs: () => string
}

/** `files`: where a job's summary and its outputs go, if anywhere. */
export function deliver(
  { out, err, append, redact }: Outlets,
  files: { readonly summary: string | undefined; readonly outputs: string | undefined },
  { report, summary, outputs }: Delivery,
): void {
  const attempt = (what: string, act: () => void): void => {
    try {
      act()
    } catch (error) {
      err(
        `warning: cannot write ${what}: ${quoteSentence(redact(error instanceof Error ? error.message : String(error)))}; what the run did is not changed by that\n`,
      )
    }
  }
  if (report)
    attempt('the report', () => {
      out(`${report()}\n`)
    })
  if (files.summary)
    attempt('the job summary', () => {
      append(files.summary!, `${summary()}\n`)
    })
  if (files.outputs)
    attempt('the outputs', () => {
      append(files.outputs!, outputs())
    })
}
