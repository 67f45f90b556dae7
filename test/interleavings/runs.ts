/** Two runs that meet. */
import { beginnings } from '../faults/beginnings.ts'
import { mirroring } from '../faults/mirroring.ts'
import { objects } from '../faults/objects.ts'
import { commits, mirrored, unmirrored, type Scenario } from '../faults/scenario.ts'
import { services } from '../faults/services.ts'
import { views } from '../faults/views.ts'
import { ways } from '../faults/ways.ts'
import { begin, edits } from '../run/moved-world.ts'
import type { Meeting } from './meeting.ts'

const known = [beginnings, mirroring, objects, services, views, ways].flat()

/** A scenario of the faults, by its name. */
export function scenarioOf(name: string): Scenario {
  const found = known.find((one) => one.name === name)
  if (!found) throw new Error(`There is no scenario "${name}"`)
  return found
}

/** Two runs with the arguments of the scenario. */
const twice = (scenario: Scenario): Meeting => {
  const argv = scenario.argv ?? []
  return { name: `twice: ${scenario.name}`, scenario, actors: [{ argv }, { argv }], clean: argv }
}
const both = (scenario: Scenario, [a, b]: readonly [readonly string[], readonly string[]], clean = a): Meeting => ({
  name: `${['run', ...a].join(' ')} and ${['run', ...b].join(' ')}: ${scenario.name}`,
  scenario,
  actors: [{ argv: a }, { argv: b }],
  clean,
})

const oneText: Scenario = {
  name: 'a text of GitHub',
  begin: mirrored(begin),
  change: commits({ github: [{ 'b.txt': 'B\n' }] }),
}
const oneOfHub: Scenario = {
  name: 'a text of the Hub',
  begin: mirrored(begin),
  change: commits({ huggingface: [{ 'b.txt': 'B\n' }] }),
}
const deletions: Scenario = {
  name: 'deletions on both sides',
  begin: mirrored(begin),
  change: commits({ github: [{ 'a.txt': null }], huggingface: [{ 'b.txt': null }] }),
}
export const conflict: Scenario = {
  name: 'a conflict',
  begin: mirrored(begin),
  change: commits({ github: [{ 'b.txt': 'G\n' }], huggingface: [{ 'b.txt': 'H\n' }] }),
}
const three: Scenario = {
  name: 'three commits of the Hub',
  begin: mirrored(begin),
  change: commits({ huggingface: [{ '1.txt': '1\n' }, { '2.txt': '2\n' }, { '1.txt': null, '3.txt': '3\n' }] }),
}
const threeOfGithub: Scenario = {
  name: 'three commits of GitHub',
  begin: mirrored(begin),
  change: commits({ github: [{ '1.txt': '1\n' }, { '2.txt': '2\n' }, { '1.txt': null, '3.txt': '3\n' }] }),
}
const firstOfGithub: Scenario = { name: 'a first run to the Hub', begin: unmirrored({ github: begin }) }
const movedBoth = scenarioOf('both moved: lines of one file, and files of their own')

export const alike: readonly Meeting[] = [
  oneText,
  oneOfHub,
  movedBoth,
  deletions,
  conflict,
  three,
  threeOfGithub,
  firstOfGithub,
  ...[
    'an empty GitHub repository takes a file',
    'an empty GitHub repository takes two commits',
    '--init github',
    '--init union, with a conflict that is settled',
    'an object of GitHub, changed, and a new one',
    'an object of the Hub, changed, and a new one',
    'objects of both sides, and one renamed',
    'pictures of the Hub become plain files on GitHub, pushed together',
    'both moved, with updateRefs forbidden',
    '--pull-request github',
    '--pull-request github, kept up to date',
    '--pull-request huggingface',
    '--undo of a merge',
    '--redo of what was undone',
    'three branches',
    '--tags with commits to mirror',
    '--tags: new and deleted ones of both sides',
    '--to huggingface',
    '--create makes a dataset',
    '--create makes a GitHub repository',
    "a branch of GitHub's is made on the Hub",
  ].map(scenarioOf),
].map(twice)

const undone = scenarioOf('--undo of a merge')
const share = scenarioOf('--shard 1/1 sends objects and writes nothing')
const tagged = scenarioOf('--tags with commits to mirror')
const proposed = scenarioOf('--pull-request github')
const proposedOnHub = scenarioOf('--pull-request huggingface')

export const unlike: readonly Meeting[] = [
  both(undone, [[], ['--undo']]),
  both(tagged, [[], ['--tags']], ['--tags']),
  both(proposedOnHub, [[], ['--pull-request', 'huggingface']]),
  both(proposed, [
    ['--pull-request', 'github'],
    ['--to', 'huggingface'],
  ]),
  both(share, [['--shard', '1/2'], []], []),
  both(
    share,
    [
      ['--shard', '1/2'],
      ['--shard', '2/2'],
    ],
    [],
  ),
  both(
    scenarioOf('--init github'),
    [
      ['--init', 'github'],
      ['--init', 'huggingface'],
    ],
    [],
  ),
  both(scenarioOf('both moved, by two commits each'), [[], ['--squash']]),
  both(
    conflict,
    [
      ['--take', 'b.txt=github'],
      ['--take', 'b.txt=huggingface'],
    ],
    [],
  ),
  both(conflict, [[], ['--take', 'b.txt=github']]),
  both(movedBoth, [[], ['--verify']]),
]
void edits
