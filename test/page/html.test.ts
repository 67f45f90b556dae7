/** Whatever is put into a template stays text. */
import { describe, expect, test } from 'vitest'
import { html, lines, link, Markup } from '../../lib/page/html.ts'
import fc from '../random.ts'

/** What a browser makes of it, where it is text alone. */
const decode = (text: string) =>
  text.replace(
    /&(?:amp|lt|gt|quot|#39);/g,
    (entity) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" })[entity]!,
  )

const foreign = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('<', '>', '"', "'", '&', '/', ' ', '=', 'a', '\n', '\u202e', '\u0000', '\u{e0041}'),
  }),
)

describe('html', () => {
  test('lets no text become markup, wherever it is put', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const { text: made } = html`<p title="${text}">${text}</p>`
        expect(made).toMatch(/^<p title="[^"<>']*">[^"<>']*<\/p>$/)
        expect(made).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })

  test('shows text as it is where nothing in it is unseen', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '&', '"', 'é', '漢', ' ', '\\') }), (text) => {
        expect(decode(html`${text}`.text)).toBe(text)
      }),
    )
  })

  test('spells out what moves or hides other letters', () => {
    expect(html`${'a\u202eb\u0007'}`.text).toBe('a\\u{202e}b\\u{7}')
  })

  test('takes lists and markup as they are, and leaves nothing for what is not there', () => {
    expect(html`${[html`<b>1</b>`, ' & ', 2, [null, false, 0]]}`.text).toBe('<b>1</b> &amp; 20')
    expect(html`<style>${new Markup('a>b{}')}</style>`.text).toBe('<style>a>b{}</style>')
  })

  test('keeps the tabs and line ends of lines, and nothing else that is unseen', () => {
    expect(lines(['\tif a < b:', '\r\u200b']).text).toBe('\tif a &lt; b:\n\\r\\u{200b}')
  })

  test('cuts a line that nobody reads, and no letter in two', () => {
    expect(lines([`${'a'.repeat(599)}😀${'b'.repeat(1_000)}`]).text).toBe(`${'a'.repeat(599)}… (1002 more letters)`)
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', ' https://a', '//a', ''])(
    'makes no link to %j',
    (url) => {
      expect(link(url, 'words').text).toBe('words')
    },
  )

  test('links to the web, and to nothing where there is no address', () => {
    expect(link('https://github.com/a/b?x=1&y="', 'words').text).toBe(
      '<a href="https://github.com/a/b?x=1&amp;y=&quot;" rel="noreferrer">words</a>',
    )
    expect(link(null, 'words').text).toBe('words')
  })
})
