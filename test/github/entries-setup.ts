import { type World } from './setup.ts'

export const big = Buffer.alloc(2000, 7)

export function fill({ commit }: World): string {
  return commit({
    '.gitattributes': '*.bin filter=lfs\n',
    'a.txt': 'a\n',
    'deep/er/b.txt': 'b\n',
    'deep/.gitattributes': '*.txt -filter\n',
    'x.bin': { lfs: big },
    'link': { mode: '120000', content: 'deep' },
    'vendor': { mode: '160000', content: '1'.repeat(40) },
  })
}
