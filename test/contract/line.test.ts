/** The contract holds for a third service, too: the line in memory, as it is and seen without front matter. */
import { describe } from 'vitest'
import { hideFrontMatter } from '../../lib/lens/card.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { createLineRemote, type LineOptions } from '../hubs/line-remote.ts'
import { LineHub } from '../hubs/line.ts'
import { describeRemote } from './contract.ts'

const tokens = { good: 'writes', wrong: 'nothing', weak: 'reads' } as const

describe.each<[name: string, see: (remote: Remote) => Remote]>([
  ['as it is', (remote) => remote],
  ['without the front matter of its card', hideFrontMatter],
])('seen %s', (_, see) => {
  describeRemote('a line in memory', () => {
    const hub = new LineHub('third/corpus')
    for (let count = 1; count <= 12; count += 1)
      hub.commit({ 'README.md': `---\nlicense: l${count % 3}\n---\n# Commit ${count}\n` }, `Commit ${count}`)
    return Promise.resolve({
      traits: {
        authors: true,
        trees: true,
        merges: false,
        plainBytes: true,
        probes: true,
        stores: {
          'empty': 'plain',
          'text': 'plain',
          'bytes': 'plain',
          'large text': 'lfs',
          'ruled text': 'lfs',
          'small object': 'plain',
          'kept object': 'lfs',
          'large object': 'lfs',
        },
      },
      connect: ({ branch = 'main', token = tokens.good } = {}) =>
        see(createLineRemote(hub, { side: 'github', branch, token: token as NonNullable<LineOptions['token']> })),
      sleep: () => Promise.resolve(),
      scratch: 'contract-line',
      tokens,
      deleteBranch: async (name) => void hub.branches.delete(name),
      visibility: 'public',
      close: () => Promise.resolve(),
    })
  })
})
