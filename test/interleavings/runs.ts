/** Two runs that meet. */
import type { Scenario } from '../faults/scenario.ts'
import type { Meeting } from './meeting.ts'
import {
  conflict,
  deletions,
  first,
  moved,
  placeOf,
  textOfGithub,
  textOfHub,
  threeOfGithub,
  threeOfHub,
  undoable,
} from './places.ts'

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

export const alike: readonly Meeting[] = [
  textOfGithub,
  textOfHub,
  moved,
  deletions,
  conflict,
  threeOfHub,
  threeOfGithub,
  first,
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
  ].map(placeOf),
].map(twice)

const share = placeOf('--shard 1/1 sends objects and writes nothing')
const tagged = placeOf('--tags with commits to mirror')
const proposed = placeOf('--pull-request github')
const proposedOnHub = placeOf('--pull-request huggingface')

export const unlike: readonly Meeting[] = [
  // After an undo nothing is mirrored until --redo, which makes both sides equal again whatever had been mirrored before it.
  both(undoable('github'), [[], ['--undo']], ['--redo']),
  both(undoable('huggingface'), [[], ['--undo']], ['--redo']),
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
    placeOf('--init github'),
    [
      ['--init', 'github'],
      ['--init', 'huggingface'],
    ],
    [],
  ),
  both(placeOf('both moved, by two commits each'), [[], ['--squash']]),
  both(
    conflict,
    [
      ['--take', 'b.txt=github'],
      ['--take', 'b.txt=huggingface'],
    ],
    [],
  ),
  both(conflict, [[], ['--take', 'b.txt=github']]),
  both(moved, [[], ['--verify']]),
]
