/** The page in a real browser: what it asks for, how it fits, whether it can be read, heard, printed and used by keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bySide, edit, makePlan } from '../cli/plans.ts'
import { Browser, chromium } from './chromium.ts'
import { commit, everything, hostile, makeFile } from './pages.ts'

/** Words whose contrast with what is behind them is too low, as WCAG 2.2 asks for (4.5 to 1). */
const listFaint = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0)
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor)
      if (color[3] !== 0) return color
    }
    return [255, 255, 255]
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const faint = []
  let seen = 0
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (walker.currentNode.data.trim() === '' || !element.checkVisibility() || element.closest('svg')) continue
    seen++
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))]
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) faint.push(walker.currentNode.data)
  }
  return { seen, faint }
})()`

/** Elements that reach beyond the right edge. */
const listWide = `[...document.querySelectorAll('body *')].filter((element) => !element.closest('.unseen, .skip, thead') && element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML.slice(0, 80))`
const openAll = `for (const one of document.querySelectorAll('details')) one.open = true`

describe.skipIf(chromium === null)('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await Browser.start()
  })
  afterAll(() => browser?.close())

  test('the page asks for nothing, and the browser finds no fault with it', async () => {
    await browser.open(makeFile(everything))
    expect(browser.requests).toHaveLength(1)
    expect(browser.requests[0]).toMatch(/^file:.*report\.html$/)
    expect(browser.complaints).toEqual([])
    expect(await browser.evaluate(`document.compatMode`)).toBe('CSS1Compat')
  })

  test('no hostile name becomes an element, an attribute or a script', async () => {
    const tags = `JSON.stringify([...new Set([...document.querySelectorAll('*')].map(({ localName }) => localName))].sort())`
    const attributes = `JSON.stringify([...new Set([...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames()))].sort())`
    await browser.open(makeFile(everything))
    const [allowedTags, allowedAttributes] = [
      await browser.evaluate<string>(tags),
      await browser.evaluate<string>(attributes),
    ]
    await browser.open(makeFile(hostile))
    for (const tag of JSON.parse(await browser.evaluate(tags)) as string[])
      expect(JSON.parse(allowedTags)).toContain(tag)
    for (const name of JSON.parse(await browser.evaluate(attributes)) as string[])
      expect(JSON.parse(allowedAttributes)).toContain(name)
    expect(browser.requests).toHaveLength(1)
    expect(browser.complaints).toEqual([])
    expect(await browser.evaluate(`document.body.innerText.includes('onerror=alert(1)')`)).toBe(true)
  })

  test.each([320, 390, 820, 1280])('nothing has to be scrolled sideways at %i px', async (width) => {
    for (const plan of [everything, hostile]) {
      await browser.open(makeFile(plan), { width })
      await browser.evaluate(openAll)
      expect(
        await browser.evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`),
      ).toBe(0)
      expect(await browser.evaluate(listWide)).toEqual([])
    }
  })

  test.each([390, 1280])('the words of the drawing stay within it at %i px', async (width) => {
    const long =
      'A title of a commit that says more than any drawing has room for, 数据集已更新并重新整理了所有文件的名称'
    const plan = makePlan({
      ...everything,
      originals: { github: [commit(long, 2, long)], huggingface: [commit(`数据${long}`, 1, long)] },
    })
    await browser.open(makeFile(plan), { width })
    const outside = `[...document.querySelectorAll('svg text')].filter((one) => one.checkVisibility()).filter((one) => one.getBBox().x < 0 || one.getBBox().x + one.getBBox().width > one.ownerSVGElement.viewBox.baseVal.width).map((one) => one.textContent)`
    expect(await browser.evaluate(outside)).toEqual([])
    expect(
      await browser.evaluate(`[...document.querySelectorAll('svg text')].some((one) => one.textContent.endsWith('…'))`),
    ).toBe(true)
  })

  test.each([
    ['light', 'screen'],
    ['dark', 'screen'],
    ['dark', 'print'],
  ] as const)('all words can be read: %s, %s', async (scheme, media) => {
    await browser.open(makeFile(everything), { scheme, media })
    await browser.evaluate(openAll)
    const { seen, faint } = await browser.evaluate<{ seen: number; faint: string[] }>(listFaint)
    expect(faint).toEqual([])
    expect(seen).toBeGreaterThan(100)
  })

  test('on paper everything is open, and dark words are on white', async () => {
    await browser.open(makeFile(everything), { scheme: 'dark', media: 'print' })
    const closed = `[...document.querySelectorAll('details:not([open]) > :not(summary)')].filter((one) => one.getBoundingClientRect().height === 0).length`
    expect(await browser.evaluate(`document.querySelectorAll('details:not([open])').length`)).toBeGreaterThan(0)
    expect(await browser.evaluate(closed)).toBe(0)
    const narrow = `[...document.querySelectorAll('summary .name')].filter((one) => one.getBoundingClientRect().width < 200).length`
    expect(await browser.evaluate(narrow)).toBe(0)
    expect(await browser.evaluate(`getComputedStyle(document.body).color`)).toBe('rgb(27, 31, 36)')
  })

  test('a screen reader finds its way: landmarks, one title, tables with headers, drawings with names', async () => {
    await browser.open(makeFile(everything))
    const { nodes } = (await browser.send('Accessibility.getFullAXTree')) as {
      nodes: { role?: { value: string }; name?: { value: string }; ignored: boolean }[]
    }
    const names = (role: string) =>
      nodes.filter((node) => !node.ignored && node.role?.value === role).map(({ name }) => name?.value ?? '')
    expect(names('main')).toHaveLength(1)
    expect(names('navigation')).toEqual(['On this page'])
    expect(names('banner')).toHaveLength(1)
    expect(names('contentinfo')).toHaveLength(1)
    expect(names('image')).toEqual(['Both histories since they last met'])
    expect(names('columnheader')).toContain('Size')
    expect(names('link')).not.toContain('')
    expect(names('region').filter((name) => name === '')).toEqual([])
    expect(names('DisclosureTriangle').filter((name) => name.trim() === '')).toEqual([])
  })

  test('keys lead everywhere, and where they are is seen', async () => {
    await browser.open(makeFile(everything))
    await browser.press('Tab')
    expect(await browser.evaluate(`document.activeElement.className`)).toBe('skip')
    expect(await browser.evaluate(`document.activeElement.getBoundingClientRect().left >= 0`)).toBe(true)
    await browser.press('Enter')
    expect(await browser.evaluate(`location.hash`)).toBe('#main')
    const outline = `getComputedStyle(document.activeElement).outlineStyle`
    for (let at = 0; at < 40; at++) {
      await browser.press('Tab')
      expect(await browser.evaluate(outline)).toBe('solid')
      if (
        await browser.evaluate(
          `document.activeElement.localName === 'summary' && !document.activeElement.parentElement.open`,
        )
      )
        break
    }
    await browser.press('Enter')
    expect(await browser.evaluate(`document.activeElement.parentElement.open`)).toBe(true)
  })

  test('of 100,000 changes only a few elements are laid out until somebody opens a folder', async () => {
    const edits = Array.from({ length: 100_000 }, (_, at) =>
      edit(`data/part-${at % 400}/${at % 7}/name-${at}.json`, { to: 'huggingface', action: at % 2 ? 'add' : 'delete' }),
    )
    await browser.open(makeFile(makePlan({ edits: bySide(edits) })))
    expect(await browser.evaluate(`document.querySelectorAll('*').length`)).toBeLessThan(300_000)
    expect(
      await browser.evaluate(
        `[...document.querySelectorAll('summary, tr, li')].filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length`,
      ),
    ).toBeLessThan(1_000)
  })
})
