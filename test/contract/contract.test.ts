/** Both remotes against both fakes, for each setting of what is not known of the services: the first one on ports. */
import { describe } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import type { Switches as GithubSwitches } from '../hubs/github-switches.ts'
import type { Switches as HuggingFaceSwitches } from '../hubs/huggingface-switches.ts'
import type { Misstoring } from '../hubs/misstore.ts'
import { servePair, startPair, tokens, type Pair } from '../hubs/pair.ts'
import { openConnections } from './connection.ts'
import { describeRemote } from './contract.ts'
import { describeWrongStores } from './wrong-stores.ts'

interface Setting {
  readonly name: string
  readonly github?: Partial<GithubSwitches>
  readonly huggingface?: Partial<HuggingFaceSwitches>
  readonly empty?: boolean
  readonly weakTokens?: boolean
  readonly private?: boolean
}

const settings: readonly Setting[] = [
  { name: 'as they most likely are' },
  { name: 'new and empty, and no token but one', empty: true, weakTokens: false },
  {
    name: 'whose reads lag behind their writes',
    github: { staleReads: 3, staleGraphql: true, verifyOnce: 404 },
    huggingface: { staleReads: 3, verifyMissingOnce: true, lockedCommits: 1 },
  },
  {
    name: 'that refuse what may be refused',
    private: true,
    github: {
      updateRefs: 'forbidden',
      hidesRules: true,
      refusesDanglingPointers: true,
      compareStatus: 500,
      permissions: 'nothing',
      lfsMissing: 410,
    },
    huggingface: {
      compareStatus: 404,
      preuploadNeedsWrite: true,
      refusesPlainUnderRule: true,
      binaryCheck: 'whole',
      readsUnreachable: false,
    },
  },
  {
    name: 'that tell things in their other way',
    github: {
      refConflictType: 'STALE_DATA',
      queryObjectsMax: 50,
      queryOverload: 502,
      compareRenames: 'none',
      permissions: 'user',
      lfsPresentAfter: 'upload',
      treeOverload: 502,
    },
    huggingface: {
      gated: 'auto',
      signs: 's3',
      compareTags: false,
      messageCut: 1,
      messageKeepsEnd: false,
      compareQuoting: 'git',
      compareRenames: 'tab',
      redirectsFiles: false,
      keepsModes: false,
      preuploadNeedsWrite: false,
      listsEmptyBranch: false,
    },
  },
  {
    name: 'with small limits',
    github: {
      hidesRules: true,
      queryEntriesMax: 5,
      queryObjectsMax: 18,
      compareStatus: 404,
      listingMax: 20,
      treeEntriesMax: 10,
      treeBodyMax: 2_000,
      blobTextMax: 10,
      lfsBatchMax: 100,
    },
    huggingface: {
      messageCut: 2,
      compareRenames: 'space',
      multipartThreshold: 1_000,
      partByteLength: 30_000,
      batchLimit: 100,
      compareStatus: 413,
    },
  },
]

/** More than one page of it. */
function addHistory(hub: Pair['github'] | Pair['huggingface']): void {
  for (let count = 1; count <= 120; count += 1)
    hub.commit('main', { files: { 'README.md': `# Commit ${count}\n` }, message: `Commit ${count}` })
}

const soon = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })

for (const { name, empty = false, weakTokens = true, private: isPrivate = false, ...switches } of settings) {
  describe(`services ${name}`, () => {
    for (const side of sides) {
      describeRemote(
        side,
        async () => {
          const options = { github: { private: isPrivate }, huggingface: { private: isPrivate } }
          const pair = name === settings[0]!.name ? await servePair(options) : startPair(options)
          const seen = isPrivate ? 'private' : 'public'
          if (!empty) addHistory(pair[side])
          Object.assign(pair[side].switches, switches[side])
          const env = {
            ...pair.env,
            ...(weakTokens && {
              LIVE_GITHUB_READ_TOKEN: tokens.githubRead,
              LIVE_HF_READ_TOKEN: tokens.huggingfaceRead,
            }),
          }
          const connections = openConnections(env, 'contract', {
            ...pair.network,
            sleep: soon,
            close: pair.close,
            visibility: { github: seen, huggingface: switches.huggingface?.gated ? 'gated' : seen },
          })
          const misstores = {
            set: (what: Misstoring | null) => {
              pair[side].switches.stores = what
            },
            compares: side === 'github' || pair.huggingface.switches.compareStatus === null,
          }
          return { ...connections[side], misstores }
        },
        describeWrongStores,
      )
    }
  })
}
