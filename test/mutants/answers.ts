/** Answers of services that are not whole, or not true. */
import type { Mutant } from './mutant.ts'

export const answers: readonly Mutant[] = [
  {
    file: 'lfs/batch.ts',
    text: 'if (row === undefined) return `the answer leaves out object ${object.oid}`',
    instead: 'if (row === undefined) continue',
    breaks: 'An object of which a batch says nothing counts as there',
    killer: ['lfs/batch', 'tells nothing of any object'],
  },
  {
    file: 'lfs/batch.ts',
    text: "if (transfer === undefined) return 'the answer is for a transfer that was not offered'",
    instead: '',
    breaks: 'Bytes are sent by a transfer that nobody offered',
    killer: ['lfs/batch', 'tells nothing of any object'],
  },
  {
    file: 'huggingface/history.ts',
    text: "rows.length > 0 && (rows.length >= pageSize || parseNextPage(answer.headers.get('link')) !== null)",
    instead: "rows.length > 0 && parseNextPage(answer.headers.get('link')) !== null",
    breaks: 'A history ends where a page does not name the next one',
    killer: ['huggingface/history', 'goes on after a full page that does not say so'],
  },
]
