/** Colours by what they mean. Everything that is printed can be read without them. */
import { styleText } from 'node:util'

export type Meaning = 'deleted' | 'removed' | 'new' | 'changed' | 'renamed' | 'merged' | 'heading' | 'aside' | 'wrong'
export type Paint = (meaning: Meaning, text: string) => string

type Style = Parameters<typeof styleText>[0]

const styles: Readonly<Record<Meaning, Style>> = {
  deleted: ['bold', 'red'],
  removed: 'red',
  new: 'green',
  changed: 'yellow',
  renamed: 'cyan',
  merged: 'magenta',
  heading: 'bold',
  aside: 'dim',
  wrong: ['bold', 'red'],
}

/** Colours for a terminal. */
export const colors: Paint = (meaning, text) =>
  text === '' ? '' : styleText(styles[meaning], text, { validateStream: false })

/** For everything else. */
export const noColors: Paint = (_, text) => text
