/** Commands that people copy. */
import { quoteArgument } from '../model/quote.ts'

/** A run that is asked what this one was asked, and more. Never broken: a shell gets it as one line. */
export function formatCommand(argv: readonly string[], more: readonly string[] = []): string {
  return `  npx tsx sync.ts ${[...argv, ...more].map(quoteArgument).join(' ')}`
}
