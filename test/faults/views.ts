/** Runs that show a part of a side, or show it otherwise. */
import { beginApart, block, mode } from '../lens/card-setup.ts'
import { begin as beginFolder, files as inside, folder, inFolder } from '../lens/folders-setup.ts'
import { act } from '../run/mirror-setup.ts'
import { begin, lines } from '../run/moved-world.ts'
import { commits, mirrored, type Scenario } from './scenario.ts'

const filtered = ['--include', '*.txt', '--exclude', 'b.txt']
const mapped = ['--map', 'docs/HF.md=README.md', '--map', 'src=lib']
const onGithub = { 'README.md': '# Program\n', 'docs/HF.md': lines(), 'src/a.py': 'a\n' }

const shown: readonly Omit<Scenario, 'isPlain' | 'mend'>[] = [
  {
    name: '--include and --exclude, both moved',
    begin: mirrored({ ...begin, 'own.csv': '1\n' }, filtered),
    change: commits({ github: [{ 'a.txt': 'A\n', 'own.csv': '2\n' }], huggingface: [{ 'h.txt': 'h\n' }] }),
    argv: filtered,
  },
  {
    name: 'a wider filter lets more in',
    begin: mirrored({ ...begin, 'own.csv': '1\n' }, filtered),
    change: commits({ github: [{ 'a.txt': 'A\n' }] }),
    argv: ['--include', '*.txt'],
  },
  {
    name: '--subdirectory, both moved',
    begin: () => beginFolder(inside),
    change: (pair) => {
      act(pair, 'github', { ...inFolder({ 'a.csv': 'a\n2\n' }), 'src/a.csv': 'another\n' })
      act(pair, 'huggingface', { 'sub/b.csv': 'b\n2\n', 'c.csv': 'c\n' })
    },
    argv: folder,
  },
  {
    name: '--map, both moved',
    begin: mirrored(onGithub, mapped),
    change: commits({
      github: [{ 'docs/HF.md': lines({ 3: 'on GitHub' }), 'src/b.py': 'b\n' }],
      huggingface: [{ 'README.md': lines({ 15: 'on the Hub' }), 'lib/a.py': 'A\n' }],
    }),
    argv: mapped,
  },
  {
    name: '--front-matter huggingface, both moved',
    begin: () => beginApart(),
    change: commits({
      github: [{ 'README.md': '# The corpus\n', 'g.txt': 'g\n' }],
      huggingface: [{ 'README.md': `${block.replace('mit', 'apache-2.0')}# Corpus\n` }],
    }),
    argv: mode,
  },
  {
    name: '--dot-github',
    begin: mirrored({ ...begin, '.github/FUNDING.yml': 'github: acme\n' }, ['--dot-github']),
    change: commits({ github: [{ '.github/FUNDING.yml': 'github: bob\n', 'b.txt': 'B\n' }] }),
    argv: ['--dot-github'],
  },
  {
    name: '.mirrorignore of the repository',
    begin: mirrored({ ...begin, '.mirrorignore': 'own/\n', 'own/x.txt': 'x\n' }),
    change: commits({ github: [{ 'own/x.txt': 'y\n', 'b.txt': 'B\n' }], huggingface: [{ 'own/h.txt': 'h\n' }] }),
  },
]

const show = ({ argv = [], ...scenario }: (typeof shown)[number]): Scenario =>
  Object.assign(scenario, { argv, isPlain: false as const, mend: [...argv, '--init', 'github', '--allow-delete'] })

export const views: readonly Scenario[] = shown.map(show)
