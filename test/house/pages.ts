/** The rules for pages that tell people how to use the program: README.md and `.github/docs/`. */
import { readProse, readSpans } from '../docs/markdown.ts'
import { collectTexts } from './messages.ts'
import type { Files, Rule } from './rules.ts'
import { flag, matches, otherCommand, otherVariables, readHelp, variable } from './words.ts'

const isPage = (path: string) => path === 'README.md' || /^\.github\/docs\/.*\.md$/.test(path)
const listPages = (files: Files) => [...files].filter(([path]) => isPage(path))

/** What is set in a workflow, and read by it alone. */
const readByWorkflows = (files: Files) =>
  new Set(
    [...files].flatMap(([path, text]) =>
      /^\.github\/.*\.ya?ml$/.test(path)
        ? [...text.matchAll(/\b(?:vars|secrets)\.(\w+)/g)].map(([, name]) => name!)
        : [],
    ),
  )

/** Whoever is told of an option or a variable finds it in `--help`. */
export const pagesNameWhatExists: Rule = (files) => {
  const help = readHelp(files) ?? ''
  const known = new Set([
    ...matches(help, flag),
    ...matches(help, variable),
    ...otherVariables,
    ...readByWorkflows(files),
  ])
  return listPages(files).flatMap(([path, text]) => {
    // What stands in blocks of shell is run.
    const named = new Set([...matches(readProse(text).replace(otherCommand, ''), flag), ...matches(text, variable)])
    return [...named].filter((name) => !known.has(name)).map((name) => `${path} names ${name}, which --help does not`)
  })
}

/** README.md lists every option; a page says what each is for. */
export const optionsAreDescribed: Rule = (files) => {
  const pages = listPages(files).filter(([path]) => path !== 'README.md')
  const described = new Set(pages.flatMap(([, text]) => matches(text, flag)))
  return [...new Set(matches(readHelp(files) ?? '', flag))]
    .filter((name) => !described.has(name))
    .map((name) => `.github/docs/ has no page that describes ${name}`)
}

/** Nobody finds a page that README.md does not lead to. */
export const pagesAreListed: Rule = (files) =>
  listPages(files)
    .filter(([path]) => path !== 'README.md' && !files.get('README.md')?.includes(`](${path})`))
    .map(([path]) => `${path} is a page that README.md does not lead to`)

/** A page is read by somebody who wants one thing now. */
const pageLinesMax = 140

export const pagesAreShort: Rule = (files) =>
  listPages(files).flatMap(([path, text]) => {
    const count = text.split('\n').length - 1
    return count > pageLinesMax ? [`${path} has ${count} lines: make two pages of it`] : []
  })

/** The page of what the services say, whose words are those of the fake hubs. */
const servicesPage = '.github/docs/refusals.md'

/** Messages stand between two backticks and two: whoever searches a page for what was printed finds the same words. */
export const pagesQuoteOurWords: Rule = (files) => {
  const ours = collectTexts(files, /^(?:sync|lib\/.*)\.ts$/)
  const theirs = collectTexts(files, /^test\/hubs\/.*\.ts$/)
  const isSaid = (span: string, texts: readonly string[]) => {
    const form = new RegExp(
      span
        .split('…')
        .map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
        .join('.*'),
      's',
    )
    return texts.some((text) => form.test(text))
  }
  return listPages(files).flatMap(([path, text]) =>
    readSpans(text)
      .filter(
        ({ marks, text: span }) => marks === 2 && !isSaid(span, path === servicesPage ? [...ours, ...theirs] : ours),
      )
      .map(({ text: span }) => `${path} quotes ${JSON.stringify(span)}: nothing says it`),
  )
}
