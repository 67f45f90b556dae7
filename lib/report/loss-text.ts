/** Files that a side has lost: which, who did it, and the commands that lead back or on. */
import { quote, quoteSentence } from '../model/quote.ts'
import { otherSide } from '../model/sides.ts'
import type { Loss, Plan } from '../plan/plan.ts'
import { formatCommand } from './command-text.ts'
import { fold } from './fold.ts'
import { count, formatBytes, formatNumber } from './numbers.ts'
import type { Look } from './places.ts'
import { formatOrigin } from './plan-text.ts'
import { formatTable } from './table.ts'
import { wrap } from './width.ts'

/** Files, and folders for the rest. */
const linesMax = 20

/** The way back comes first: whoever is surprised wants that one. `argv`: what the run was asked. */
export function formatLoss(loss: Loss, plan: Plan, argv: readonly string[], look: Look): string[] {
  const { side, fact, back, byteLength, paths } = loss
  const there = otherSide[side]
  const rows = fold(paths, (path) => path, linesMax, true).map(({ name, items }) => ({
    kind: 'deleted' as const,
    name: quote(name),
    cells: [items.length === 1 ? '' : count(items.length, 'file')],
    notes: [],
  }))
  const rest = loss.count - paths.length
  return [
    '',
    wrap(`${look.paint('wrong', 'refused:')} ${quoteSentence(fact)}.`, look.sentenceWidth, '  '),
    ...formatOrigin(plan, there, look),
    ...formatTable(rows, look),
    ...(rest > 0 ? [`  and ${formatNumber(rest)} more`] : []),
    '',
    wrap(`To bring them back (${back}; about ${formatBytes(byteLength)} to move):`, look.sentenceWidth, '  '),
    formatCommand(argv, ['--init', there]),
    'If it is meant (with --dry-run at its end it only shows what it would do):',
    formatCommand(argv, ['--allow-delete']),
    '',
  ]
}
