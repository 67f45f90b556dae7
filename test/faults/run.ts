/**
 * `npm run test:faults`: every request of every scenario with every fault that can happen to it, then how many there were.
 * `--shard 2/4` takes the second of four shares of the scenarios. `--pairs 5000` draws so many pairs of faults instead, with
 * `--seed 3` others.
 */
import { formatRow, runCounted } from '../counted.ts'
import type { Counts } from './describe-faults.ts'

const command = {
  mode: 'faults',
  name: 'FAULTS',
  usage: 'npm run test:faults -- [--shard 2/4 | --pairs 5000 [--seed 3]]',
}
runCounted(command, ['scenarios', 'requests', 'injected', 'failed', 'regrouped', 'judged'], (groups) => {
  const kinds = new Map<string, number>()
  for (const { byKind } of groups as unknown as readonly Counts[])
    for (const [kind, count] of Object.entries(byKind)) kinds.set(kind, (kinds.get(kind) ?? 0) + count)
  const rows = [...kinds].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => formatRow(kind, [count]))
  return ['\n', formatRow('', ['injected']), ...rows].join('')
})
