/** The files of the contract suite's two commits, by path in its folder. */
import type { Mode } from '../../lib/model/entry.ts'
import type { Traits } from './connection.ts'

/** Text or bytes are plain; `null` deletes. */
export type Content =
  | string
  | Buffer
  | null
  | { readonly mode: Mode; readonly content: string }
  | { readonly lfs: Buffer }
export type Contents = Readonly<Record<string, Content>>

const rule = 'filter=lfs diff=lfs merge=lfs -text'
const bytes = (length: number, step: number) => Buffer.from(Array.from({ length }, (_, index) => (index * step) % 256))

export const object = bytes(3_000, 7)
export const laterObject = bytes(70_000, 11)

/** Every one has been changed by some tool. */
export const texts: Readonly<Record<string, string>> = {
  'text.txt': 'one\ntwo\n',
  'crlf.txt': 'one\r\ntwo\r\n',
  'mixed.txt': 'one\r\ntwo\nthree\rfour\n\n\n',
  'open.txt': 'no newline at the end',
  'blank.txt': '\n',
  'empty.txt': '',
  'mark.txt': '\ufeffbyte order mark\n',
  'umlaut.txt': 'ünïcödé, 日本, 💀, e\u0301\n',
  'markup.json': '{"$ref": "\\u0000", "a": "</script>${x}%7B"}\n',
}

/**
 * What an address, a form or a shell would take for something else; the last three are sorted by bytes, not as
 * JavaScript sorts.
 */
export const names = [
  'with space.txt',
  ' leading.txt',
  'a#b.txt',
  'a?b=c&d.txt',
  '100%.txt',
  '%41.txt',
  'a+b.txt',
  "it's (1) [2].txt",
  'semi;colon,comma.txt',
  '@at!.txt',
  '~tilde$.txt',
  '-dash.txt',
  '.hidden',
  'ünïcödé/日本 e\u0301.txt',
  'z.txt',
  'ｚ.txt',
  '💀.txt',
].map((name) => `names/${name}`)

/** What git would quote when it lists names. */
export const quotedNames = ['quo"te.txt', '"quoted"', 'tab\there.txt', 'back\\tslash.txt', '"literal\\ttab"'].map(
  (name) => `quoted/${name}`,
)

const notText = Buffer.from([0x6c, 0xe9, 0x0a, 0xff, 0x00, 0x0a])

export const first = ({ plainBytes }: Traits): Readonly<Record<string, NonNullable<Content>>> => ({
  '.gitattributes': `*.bin ${rule}\n${plainBytes ? '' : `bytes.csv ${rule}\n`}`,
  ...texts,
  ...Object.fromEntries(names.map((name) => [name, `${name}\n`])),
  'bytes.csv': plainBytes ? notText : { lfs: notText },
  'data/object.bin': { lfs: object },
  'data/kept/object.bin': { lfs: object },
  'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
  'changed.txt': 'before\n',
  'deleted.txt': 'gone\n',
  'old name.txt': 'the same under another name\n',
  'folder/deep/only.txt': 'the folder goes with it\n',
})

/** As edits on top of the first. */
export const second: Contents = {
  'changed.txt': 'after\n',
  'crlf.txt': 'one\r\nand a half\r\ntwo\r\n',
  'deleted.txt': null,
  'folder/deep/only.txt': null,
  'old name.txt': null,
  'new name.txt': 'the same under another name\n',
  'added/deep/file.txt': 'new\n',
  'data/object.bin': { lfs: laterObject },
  'data/later.bin': { lfs: laterObject },
}

/** The folder's state after both. */
export function state(traits: Traits): Contents {
  return Object.fromEntries(Object.entries({ ...first(traits), ...second }).filter(([, content]) => content !== null))
}
