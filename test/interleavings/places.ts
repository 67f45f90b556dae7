/** Where runs and people meet: scenarios of the faults, and some that are smaller. */
import type { Side } from '../../lib/model/sides.ts'
import { beginnings } from '../faults/beginnings.ts'
import { mirroring } from '../faults/mirroring.ts'
import { objects } from '../faults/objects.ts'
import { commits, mirrored, unmirrored, type Scenario } from '../faults/scenario.ts'
import { services } from '../faults/services.ts'
import { ways } from '../faults/ways.ts'
import type { Files } from '../run/mirror-setup.ts'
import { begin } from '../run/moved-world.ts'

const known = [beginnings, mirroring, objects, services, ways].flat()

/** A scenario of the faults, by its name. */
export function placeOf(name: string): Scenario {
  const found = known.find((one) => one.name === name)
  if (!found) throw new Error(`There is no scenario "${name}"`)
  return found
}

const edited: Files = { 'b.txt': 'B\n' }
const three: readonly Files[] = [{ '1.txt': '1\n' }, { '2.txt': '2\n' }, { '1.txt': null, '3.txt': '3\n' }]
const place = (name: string, made: Parameters<typeof commits>[0]): Scenario => ({
  name,
  begin: mirrored(begin),
  change: commits(made),
})

export const moved = placeOf('both moved: lines of one file, and files of their own')
export const textOfGithub = place('a text of GitHub', { github: [edited] })
export const textOfHub = place('a text of the Hub', { huggingface: [edited] })
export const deletions = place('deletions on both sides', {
  github: [{ 'a.txt': null }],
  huggingface: [{ 'b.txt': null }],
})
export const conflict = place('a conflict', { github: [{ 'b.txt': 'G\n' }], huggingface: [{ 'b.txt': 'H\n' }] })
export const threeOfGithub = place('three commits of GitHub', { github: three })
export const threeOfHub = place('three commits of the Hub', { huggingface: three })
export const first: Scenario = { name: 'a first run to the Hub', begin: unmirrored({ github: begin }) }

/**
 * A mirror that can be undone, and one more that writes a side. Where that one writes both, an undo may come between and take back the
 * half that it sees: `.github/docs/undo.md` says so.
 */
export const undoable = (side: Side): Scenario => ({
  name: `--undo of a merge, and ${side} has moved since`,
  begin: placeOf('--undo of a merge').begin,
  change: commits({ [side]: [{ 'since.txt': 'since\n' }] }),
})
