/** Files that one or both sides keep in LFS. */
import { act, pictures, text, type Files } from '../run/mirror-setup.ts'
import { commits, mirrored, ran, unmirrored, type Scenario } from './scenario.ts'

const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }
const parquet = (name: string) => Buffer.from(`PAR1\0${name}\0PAR1`)
const object = (name: string) => ({ lfs: parquet(name) })
const begin: Files = { ...rule, 'README.md': '# Corpus\n', 'a.parquet': object('a'), 'b.parquet': object('b') }
const begun = mirrored(begin)
const inParts = mirrored(begin, [], { huggingface: { switches: { multipartThreshold: 64, partByteLength: 40 } } })
const hubStore = { github: 'huggingface', huggingface: 'huggingface' } as const
const csv = Buffer.from('a,b\n1,2\n')

export const objects: readonly Scenario[] = [
  {
    name: 'an object of GitHub, changed, and a new one',
    begin: begun,
    change: commits({ github: [{ 'a.parquet': object('A'), 'c.parquet': object('c') }] }),
  },
  {
    name: 'an object of the Hub, changed, and a new one',
    begin: begun,
    change: commits({ huggingface: [{ 'a.parquet': object('A'), 'c.parquet': object('c') }] }),
  },
  {
    name: 'objects of both sides, and one renamed',
    begin: begun,
    change: commits({
      github: [{ 'g.parquet': object('g'), 'b.parquet': null, 'd/b.parquet': object('b') }],
      huggingface: [{ 'h.parquet': object('h') }],
    }),
  },
  {
    name: 'an object goes up in parts',
    begin: inParts,
    change: commits({ github: [{ 'long.parquet': object('long'.repeat(30)) }] }),
  },
  {
    name: 'pictures of GitHub become objects on the Hub',
    begin: mirrored({ 'README.md': '# Corpus\n' }),
    change: commits({ github: [pictures(3)] }),
  },
  {
    name: 'pictures of the Hub become plain files on GitHub, pushed together',
    begin: mirrored({ 'README.md': '# Corpus\n' }),
    change: commits({ huggingface: [pictures(14)] }),
  },
  {
    name: 'pictures that may not be pushed go one by one',
    begin: mirrored({ 'README.md': '# Corpus\n' }, [], { github: { switches: { pushes: 403 } } }),
    change: commits({ huggingface: [pictures(12)] }),
  },
  {
    name: '--store hub: an object of the Hub is one on GitHub',
    begin: mirrored({ 'README.md': '# Corpus\n' }),
    change: commits({ huggingface: [pictures(2)] }),
    argv: ['--store', 'hub'],
  },
  {
    name: '--lfs huggingface: pointers alone for GitHub',
    begin: unmirrored({ huggingface: { 'README.md': '# Corpus\n', ...rule, 'a.parquet': object('a') } }),
    argv: ['--lfs', 'huggingface'],
    homes: hubStore,
  },
  {
    name: 'a rule takes a file into LFS',
    begin: mirrored({ 'a.csv': csv, 'keep.txt': 'keep\n' }),
    change: (pair) =>
      void act(pair, 'github', {
        '.gitattributes': `${text(pair, 'github', '.gitattributes') ?? ''}*.csv filter=lfs diff=lfs merge=lfs -text\n`,
        'a.csv': { lfs: csv },
      }),
  },
  {
    name: 'a file comes out of LFS with its rule',
    begin: mirrored({
      '.gitattributes': '*.csv filter=lfs diff=lfs merge=lfs -text\n',
      'a.csv': { lfs: csv },
      'k.txt': 'k\n',
    }),
    change: commits({ github: [{ '.gitattributes': null, 'a.csv': csv }] }),
  },
  {
    name: '--shard 1/1 sends objects and writes nothing',
    begin: begun,
    change: commits({ github: [{ 'c.parquet': object('c') }], huggingface: [{ 'd.parquet': object('d') }] }),
    argv: ['--shard', '1/1'],
  },
  {
    name: 'a run after a share of its objects was sent',
    begin: async () => {
      const pair = await begun()
      commits({ github: [{ 'c.parquet': object('c') }], huggingface: [{ 'd.parquet': object('d') }] })(pair)
      return ran(pair, '--shard', '1/2')
    },
  },
  {
    name: '--undo of objects',
    begin: async () => {
      const pair = await begun()
      commits({
        github: [{ 'a.parquet': object('A'), 'b.parquet': null }],
        huggingface: [{ 'd.parquet': object('d') }],
      })(pair)
      return ran(pair)
    },
    argv: ['--undo'],
  },
]
