/**
 * What nobody has said of the services, each with the switch of a fake that stands for the answer. A run on the services
 * themselves answers them (`npm run test:live`), and the fakes take its answers from a file; see `answers.ts`.
 */
import type { Side } from '../../lib/model/sides.ts'

/** As JSON has it; null for a limit stands for none. */
export type Value = string | number | boolean | null

export interface Question {
  readonly side: Side
  readonly name: string
  readonly ask: string
  /** At least two answers that are possible. Where one is a number, any other number from 0 on is too. */
  readonly settings: readonly [Value, Value, ...Value[]]
  /** Whether any other word is an answer too. */
  readonly isOpen?: true
}

const of =
  (side: Side) =>
  (name: string, ask: string, ...settings: Question['settings']): Question => ({ side, name, ask, settings })
const github = of('github')
const huggingface = of('huggingface')

export const questions: readonly Question[] = [
  github('updateRefs', 'Is `updateRefs` open to this token?', 'allowed', 'forbidden'),
  {
    ...github(
      'refConflictType',
      'What does `updateRefs` call a ref that has moved? (null: nothing)',
      null,
      'STALE_DATA',
    ),
    isOpen: true,
  },
  github('hidesRules', 'Does `updateRefs` keep to itself that a rule refused?', false, true),
  github('queryObjectsMax', 'How many objects of a GraphQL query are answered?', 250, 50),
  github('queryOverload', 'How does a larger query end: with a part of it, or as 502?', 'partial', 502),
  github('refusesDanglingPointers', 'Is a pointer without its object refused?', false, true),
  github('allowsWorkflows', 'May this token write workflow files?', true, false),
  github('listingSha', 'Which id does a listing by commit have?', 'commit', 'tree'),
  github('blobMax', 'How many bytes does `git/blobs` take?', 62_914_560, 40_894_464),
  github('tellsUnnamed', 'Does GraphQL give objects that no ref leads to?', true, false),
  github('lfsBatchMax', 'How many objects may a batch name?', 1_000, 100),
  github('lfsAnonymous', 'Are public objects given without a token?', true, false),
  github('lfsPresentAfter', 'Is an object present after `verify` alone, or as soon as it is sent?', 'verify', 'upload'),
  huggingface('compareLinesMax', 'After how many lines does a comparison end as if that were all?', null, 120),
  huggingface('compareQuoting', 'How does a comparison write odd names: as they are, or as git does?', 'raw', 'git'),
  huggingface('compareTags', 'Has a comparison an ETag?', true, false),
  huggingface('compareRenames', 'Is an exact rename one row, and what is between its paths?', 'none', 'tab', 'space'),
  huggingface('readsUnreachable', 'Can a commit be read that no branch leads to?', true, false),
  huggingface('keepsModes', 'Does an executable stay one when a commit changes it?', true, false),
  huggingface('commitsPerHour', 'How many commits an hour are taken? (null: no limit was met)', 128, null),
  huggingface('commitRetryAfter', 'Which `Retry-After` has the refusal, in seconds? (null: none)', null, 151),
  huggingface('pathsInfoMax', 'How many paths does `paths-info` take?', 500, 1_000),
  huggingface('preuploadMax', 'How many files does `preupload` take?', 1_000, 256),
  huggingface('preuploadNeedsWrite', 'Does `preupload` need a token that may write?', true, false),
  huggingface('batchLimit', 'How many objects may a batch name?', 256, 100),
  huggingface('plainBinaryMax', 'Up to how many bytes is a binary file taken as a plain one?', 0, 1_000),
  huggingface('binaryCheck', 'How much of a plain file is looked at to find it binary?', 'sample', 'whole'),
  huggingface('refusesPlainUnderRule', 'Is a plain file refused where a rule says LFS?', false, true),
  huggingface('multipartThreshold', 'Above how many bytes does an object go up in parts?', 5_000_000_000, 20_000_000),
  huggingface('partByteLength', 'How many bytes has a part?', 16_000_000, 8_000_000),
  huggingface('uploadSeconds', 'How long is the address of an upload good, in seconds?', 900, 3_600),
  huggingface('signs', 'How are addresses of downloads signed?', 'cloudfront', 's3'),
]

/** Whether the value may answer the question. */
export function isAnswer({ settings, isOpen }: Question, value: unknown): value is Value {
  if (settings.includes(value as Value)) return true
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= 0 && settings.some((one) => typeof one === 'number')
  return isOpen === true && typeof value === 'string' && value !== ''
}
