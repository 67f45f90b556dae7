/** Each row of the design's table of what a run writes, and what merging comes across. */
import type { Files } from '../run/mirror-setup.ts'
import { act } from '../run/mirror-setup.ts'
import { begin, edits, lines } from '../run/moved-world.ts'
import { commits, mirrored, type Scenario } from './scenario.ts'

export const several = (count: number, from = 0): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n/${from + index}.txt`, `${from + index}\n`]))
const many = (count: number): Files[] => Array.from({ length: count }, (_, index) => ({ 'log.txt': `${index}\n` }))
const card = (licence: string, language: string, end: string) =>
  `---\nlicense: ${licence}\nlanguage: ${language}\n---\n# Corpus\n\nText\n\n${end}\n`
const moved = mirrored({ ...begin, 'd/one.txt': lines({ 1: 'one' }), 'd/two.txt': lines({ 2: 'two' }) })

export const mirroring: readonly Scenario[] = [
  {
    name: 'both moved: lines of one file, and files of their own',
    begin: mirrored(begin),
    change: commits({ github: [edits.github], huggingface: [edits.huggingface] }),
  },
  {
    name: 'both moved, by two commits each',
    begin: mirrored(begin),
    change: commits({
      github: [edits.github, { 'more.txt': 'more\n' }],
      huggingface: [edits.huggingface, { 'b.txt': null, 'least.txt': 'least\n' }],
    }),
  },
  {
    name: 'GitHub moved, by two commits',
    begin: mirrored(begin),
    change: commits({ github: [edits.github, { 'README.md': lines({ 5: 'later' }), 'g.txt': null, 'c.txt': 'c\n' }] }),
  },
  {
    name: 'the Hub moved, by two commits',
    begin: mirrored(begin),
    change: commits({
      huggingface: [edits.huggingface, { 'README.md': lines({ 6: 'later' }), 'h.txt': null, 'c.txt': 'c\n' }],
    }),
  },
  {
    name: 'both made the same change',
    begin: mirrored(begin),
    change: commits({ github: [{ 'same.txt': 'same\n' }], huggingface: [{ 'same.txt': 'same\n' }] }),
  },
  {
    name: 'both made the same change, and the Hub another one',
    begin: mirrored(begin),
    change: commits({ github: [{ 'b.txt': 'B\n' }], huggingface: [{ 'b.txt': 'B\n' }, { 'a.txt': 'A\n' }] }),
  },
  {
    name: 'a branch was merged on GitHub',
    begin: mirrored(begin),
    change: (pair) => {
      pair.github.commit('topic', { files: { 't.txt': 't\n' }, message: 'Topic', parents: [pair.github.head('main')!] })
      act(pair, 'github', { 'm.txt': 'm\n' })
      pair.github.merge('main', 'topic')
    },
  },
  {
    name: 'a file was renamed on GitHub and edited on the Hub',
    begin: moved,
    change: commits({
      github: [{ 'README.md': null, 'docs/READ.md': lines() }],
      huggingface: [{ 'README.md': lines({ 4: 'edited' }) }],
    }),
  },
  {
    name: 'a folder was renamed on the Hub and got a file on GitHub',
    begin: moved,
    change: commits({
      github: [{ 'd/three.txt': 'three\n' }],
      huggingface: [
        { 'd/one.txt': null, 'd/two.txt': null, 'e/one.txt': lines({ 1: 'one' }), 'e/two.txt': lines({ 2: 'two' }) },
      ],
    }),
    argv: ['--take', 'd/three.txt=huggingface'],
  },
  { name: '22 commits of the Hub go as one group', begin: mirrored(begin), change: commits({ huggingface: many(22) }) },
  { name: '22 commits of GitHub go as one group', begin: mirrored(begin), change: commits({ github: many(22) }) },
  { name: '17 commits of the Hub go one by one', begin: mirrored(begin), change: commits({ huggingface: many(17) }) },
  {
    name: '--squash: both moved by two commits',
    begin: mirrored(begin),
    change: commits({
      github: [edits.github, { 'm.txt': 'm\n' }],
      huggingface: [edits.huggingface, { 'b.txt': 'B\n' }],
    }),
    argv: ['--squash'],
  },
  {
    name: '--take settles a conflict',
    begin: mirrored(begin),
    change: commits({ github: [{ 'b.txt': 'G\n', 'g.txt': 'g\n' }], huggingface: [{ 'b.txt': 'H\n' }] }),
    argv: ['--take', 'b.txt=huggingface'],
  },
  {
    name: '--prefer huggingface --keep-both',
    begin: mirrored(begin),
    change: commits({ github: [{ 'b.txt': 'G\n' }], huggingface: [{ 'b.txt': 'H\n', 'h.txt': 'h\n' }] }),
    argv: ['--prefer', 'huggingface', '--keep-both'],
  },
  {
    name: 'rules of .gitattributes from both sides',
    begin: mirrored({ ...begin, '.gitattributes': '*.txt text\n*.md text\n' }),
    change: (pair) => {
      act(pair, 'github', { '.gitattributes': '*.csv text\n*.txt text\n*.md text\n' })
      const rules = pair.huggingface.files('main').get('.gitattributes')!.content.toString()
      act(pair, 'huggingface', { '.gitattributes': `${rules}*.tsv text\n`, 'h.txt': 'h\n' })
    },
  },
  {
    name: 'front matter from both sides',
    begin: mirrored({ 'README.md': card('mit', 'en', 'end') }),
    change: commits({
      github: [{ 'README.md': card('apache-2.0', 'en', 'end') }],
      huggingface: [{ 'README.md': card('mit', 'de', 'End') }],
    }),
  },
  {
    name: 'links and executables of GitHub stay there',
    begin: mirrored({ ...begin, 'run.sh': { mode: '100755', content: '#!/bin/sh\n' } }),
    change: commits({
      github: [
        { 'link': { mode: '120000', content: 'a.txt' }, 'run.sh': { mode: '100755', content: '#!/bin/sh\n:\n' } },
      ],
      huggingface: [{ 'h.txt': 'h\n' }],
    }),
  },
  { name: 'many texts are fetched from GitHub', begin: mirrored(begin), change: commits({ github: [several(24)] }) },
  {
    name: 'many texts are fetched from the Hub',
    begin: mirrored(begin),
    change: commits({ huggingface: [several(24)] }),
  },
  {
    name: 'most files are deleted on GitHub, which is allowed',
    begin: mirrored({ ...begin, ...several(14) }),
    change: commits({
      github: [Object.fromEntries(Object.keys(several(14)).map((path) => [path, null]))],
      huggingface: [{ 'h.txt': 'h\n' }],
    }),
    argv: ['--allow-delete'],
  },
]
