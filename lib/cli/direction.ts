/** Whether a run writes both sides or one, and which other options go with that. */
import type { Take } from '../merge/take.ts'
import { UsageError } from '../model/errors.ts'
import { sides, type Side } from '../model/sides.ts'
import { parseChoice } from './choice.ts'

/** Options that say whose version counts. */
interface Answers {
  readonly take: readonly Take[]
  readonly prefer: readonly Take<Side | 'newer'>[]
  readonly keepBoth: boolean
  readonly init: Side | 'union' | null
}

/** `--to` and `--allow-overwrite`. Throws a `UsageError` where an answer would write the side that nothing is written to. */
export function parseDirection(
  values: { readonly 'to'?: string; readonly 'allow-overwrite'?: boolean },
  { take, prefer, keepBoth, init }: Answers,
): { readonly to: Side | null; readonly allowOverwrite: boolean } {
  const allowOverwrite = values['allow-overwrite'] ?? false
  if (values.to === undefined) {
    if (allowOverwrite) throw new UsageError('Cannot use --allow-overwrite alone: --to says which side is overwritten')
    return { to: null, allowOverwrite }
  }
  const to = parseChoice('--to', values.to, sides)
  const refuse = (what: string) =>
    new UsageError(`Cannot use ${what} with --to ${to}: it would write the other side. Leave one of them out`)
  if (keepBoth) throw refuse('--keep-both')
  if (init === to) throw refuse(`--init ${init}`)
  for (const { pattern, side } of take)
    if (side === to || side === 'both') throw refuse(`--take ${JSON.stringify(`${pattern}=${side}`)}`)
  for (const { side } of prefer) if (side === to) throw refuse(`--prefer ${side}`)
  if (allowOverwrite && take.length + prefer.length > 0)
    throw new UsageError('Cannot use --take or --prefer with --allow-overwrite: it takes the other side everywhere')
  return { to, allowOverwrite }
}
