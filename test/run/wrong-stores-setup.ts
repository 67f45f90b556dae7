/** Files that a service may store otherwise than they were sent. */
import { misstorings, type Misstoring } from '../hubs/misstore.ts'
import { type Files } from './mirror-setup.ts'

export const begin: Files = {
  'README.md': '# Corpus\n',
  'a/b/deep.txt': 'deep\n',
  'gone/old.txt': 'old\n',
  'keep.txt': 'keep\n',
}

export const parquet = (name: string) => Buffer.from(`PAR1\0${name}\0PAR1`)

export const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }

export const allBut = (...left: readonly Misstoring['how'][]) => misstorings.filter((how) => !left.includes(how))
