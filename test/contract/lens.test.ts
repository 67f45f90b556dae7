/** The contract holds for a remote whose paths are shown otherwise, and what is not shown stays as it is. */
import { expect, it } from 'vitest'
import { showPaths } from '../../lib/lens/paths.ts'
import { PathMapping, type Paths } from '../../lib/view/paths.ts'
import type { Misstoring } from '../hubs/misstore.ts'
import { startPair, tokens } from '../hubs/pair.ts'
import { openConnections, type Connection } from './connection.ts'
import { describeRemote } from './contract.ts'
import { describeWrongStores } from './wrong-stores.ts'

const rule = 'filter=lfs diff=lfs merge=lfs -text'
/** On paths that the suite writes, where they are in the repository as they are shown, and above. */
const outside = {
  'README.md': '# Everything\n',
  '.gitattributes': `*.zip ${rule}\n`,
  'data/.gitattributes': '*.txt text\n',
  'contract-github/text.txt': 'of the root\n',
  'data/corpus.txt': 'beside the folder\n',
  'data/corpus/contract-github/changed.txt': 'in whose place another file is shown\n',
  'docs/other.md': 'beside the file\n',
}

const scratch = 'contract-github'
const paths: Paths = {
  side: 'github',
  root: 'data/corpus',
  moved: [
    { inner: 'docs/HF.md', shown: `${scratch}/changed.txt` },
    { inner: 'names and more', shown: `${scratch}/names` },
  ],
}

const soon = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })

let seen: () => Record<string, string> = () => ({})

for (const [name, switches] of [
  ['GitHub, of which a folder and places elsewhere are shown', {}],
  ['the same where listings are cut, and comparisons fail', { listingMax: 20, compareStatus: 500 }],
] as const)
  describeRemote(
    name,
    async (): Promise<Connection> => {
      const pair = startPair({ github: { private: false } })
      for (let count = 1; count <= 120; count += 1)
        pair.github.commit('main', {
          files: { ...outside, 'data/corpus/n.txt': `${count}\n` },
          message: `Commit ${count}`,
        })
      Object.assign(pair.github.switches, switches)
      seen = () =>
        Object.fromEntries(
          Object.keys(outside).map((path) => [
            path,
            pair.github.files('main').get(path)?.content.toString('utf8') ?? '',
          ]),
        )
      const env = { ...pair.env, LIVE_GITHUB_READ_TOKEN: tokens.githubRead }
      const { github } = openConnections(env, 'contract', {
        ...pair.network,
        sleep: soon,
        close: pair.close,
        visibility: { github: 'public', huggingface: 'public' },
      })
      const mapping = new PathMapping(paths)
      const set = (what: Misstoring | null) => {
        pair.github.switches.stores = what && {
          ...what,
          of: (inner) => what.of?.(mapping.toShown(inner) ?? inner) ?? true,
        }
      }
      return {
        ...github,
        misstores: { set, compares: true },
        connect: (choice) => showPaths(github.connect(choice), paths),
      }
    },
    (scene) => {
      describeWrongStores(scene)

      it('has written nothing of what it does not show', () => {
        expect(seen()).toEqual(outside)
      })
    },
  )
