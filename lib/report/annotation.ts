/**
 * Lines that the runner of GitHub Actions takes for its commands: notes on the page of a run, and groups in its log. The
 * grammar is that of `ActionCommand.cs` in actions/runner.
 */
import { quoteSentence } from '../model/quote.ts'

/**
 * `title`: not shown in the log, so that `message` says all. `at`: a file of the commit that the workflow runs for, with
 * the line from 1.
 */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  readonly at?: { readonly file: string; readonly line: number } | null
}

/** The runner cuts what is longer. */
const messageMax = 4_000
const titleMax = 200

const escapeData = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** The command that makes the annotation, on one line without its end. */
export function formatAnnotation({ level, title, message, at }: Annotation): string {
  const place = at ? `file=${escapeProperty(at.file)},line=${at.line},` : ''
  const text = message.slice(0, messageMax).split('\n').map(quoteSentence).join('\n')
  return `::${level} ${place}title=${escapeProperty(quoteSentence(title.slice(0, titleMax)))}::${escapeData(text)}`
}

/** The command that begins a group of lines; `::endgroup::` ends it. */
export const formatGroup = (title: string) => `::group::${escapeData(title)}`
