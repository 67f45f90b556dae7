/**
 * How the page looks: dark and light, narrow and wide, on paper. Its colours stand in one table, so that a test sees their
 * contrast.
 */

/** Every colour of words on its ground. */
export const palettes = {
  light: {
    'ground': '#f6f6f4',
    'card': '#ffffff',
    'ink': '#1b1f24',
    'soft': '#566069',
    'edge': '#d9dde2',
    'well': '#f3f4f6',
    'link': '#0b57b7',
    'deleted': '#b3261e',
    'renamed': '#0b6685',
    'merged': '#7a3aa8',
    'changed': '#7d5200',
    'new': '#1a6b31',
    'deleted-ground': '#fdeceb',
    'new-ground': '#e7f5eb',
    'waiting-ground': '#fff5db',
    'lane-0': '#3f51b5',
    'lane-1': '#a35a00',
  },
  dark: {
    'ground': '#14171b',
    'card': '#1c2026',
    'ink': '#e8ebef',
    'soft': '#a4adb8',
    'edge': '#363d46',
    'well': '#15191e',
    'link': '#86b8ff',
    'deleted': '#ff9a91',
    'renamed': '#6fc9e8',
    'merged': '#d3a8f7',
    'changed': '#f0c060',
    'new': '#74d391',
    'deleted-ground': '#3b2220',
    'new-ground': '#18301f',
    'waiting-ground': '#382e14',
    'lane-0': '#a5b4ff',
    'lane-1': '#ffb95e',
  },
} as const

const variables = (palette: Readonly<Record<string, string>>) =>
  Object.entries(palette)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';')

const kinds = ['deleted', 'renamed', 'merged', 'changed', 'new']

const mono = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace'

export const style = `
:root{color-scheme:light dark;${variables(palettes.light)}}
@media (prefers-color-scheme:dark){:root{${variables(palettes.dark)}}}
*{box-sizing:border-box}
html{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);overflow-wrap:anywhere}
.page{max-width:1120px;margin:0 auto;padding:28px clamp(14px,4vw,40px) 48px}
h1,h2,h3,h4,p,ul{margin:0}
h1{font-size:clamp(21px,3.6vw,30px);line-height:1.2;letter-spacing:-.01em;margin:4px 0 14px}
h2{font-size:20px;line-height:1.3;margin:36px 0 12px;scroll-margin-top:12px}
h3{font-size:16px}
h4{font-size:15px;margin:18px 0 6px;scroll-margin-top:12px}
a{color:var(--link);text-underline-offset:2px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
code,pre,.name,.dense{font-family:${mono};font-size:.88em}
.soft{color:var(--soft)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-9999px}
.skip:focus{left:14px;top:8px;background:var(--card);padding:6px 12px}
.verdict{display:flex;gap:12px;align-items:baseline;padding:14px 16px;border-radius:12px;border:1px solid var(--edge);border-left:6px solid currentColor;font-size:17px;background:var(--card)}
.verdict>span:last-child{color:var(--ink)}
.mark{font-weight:700}
.good{color:var(--new);background:var(--new-ground)}
.waiting{color:var(--changed);background:var(--waiting-ground)}
.bad{color:var(--deleted);background:var(--deleted-ground)}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0;margin-top:16px}
.card{background:var(--card);border:1px solid var(--edge);border-radius:12px;padding:16px 18px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:12px}
.pair>details.card{padding-block:9px}
.card+.card{margin-top:0}
.counts{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:6px 22px;margin:12px 0}
.counts a{display:block;text-decoration:none;color:inherit}
.counts a:hover{text-decoration:underline}
.number{display:block;font-size:28px;line-height:1.15;font-weight:650;font-variant-numeric:tabular-nums}
${kinds.map((kind) => `.counts .${kind},.${kind} .sign{color:var(--${kind})}.${kind} .bar{fill:var(--${kind})}`).join('\n')}
.stop{border-left:6px solid var(--deleted)}
.stop p{margin-top:6px;max-width:80ch}
table{border-collapse:collapse;width:100%;margin:6px 0}
th{font-weight:600;text-align:left}
thead th{color:var(--soft);font-size:13px;font-weight:500}
th,td{padding:5px 14px 5px 0;vertical-align:top;border-bottom:1px solid var(--edge)}
tr>:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
.card>table:first-child{margin-top:-4px}
.files{table-layout:fixed}
.sizes{width:190px}
.notes{width:36%}
.numbers{width:auto;min-width:min(100%,340px)}
.numbers th[scope=row]{font-weight:400}
.size{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.name b{font-weight:600}
.from{display:block;color:var(--soft)}
.bar{float:left;width:96px;height:6px;margin:8px 10px 0 0;background:var(--well);border-radius:3px}
.kind~.kind thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
.kind~.kind tbody tr:first-child>*{border-top:1px solid var(--edge)}
.sign{display:inline-block;min-width:1em;font-weight:700}
.tag{font-size:12px;border:1px solid var(--edge);border-radius:6px;padding:0 6px;color:var(--soft);white-space:nowrap}
.added{color:var(--new)}
.removed{color:var(--deleted)}
.cut{color:var(--soft);margin:6px 0;font-style:italic}
details{margin:2px 0}
details.card{padding-block:9px}
.card+.card{margin-top:14px}
.card+p{margin-top:8px}
.pair>.card+.card{margin-top:0}
summary{cursor:pointer;padding:5px 0;border-radius:4px}
.kind summary{display:grid;grid-template-columns:1em minmax(0,1fr) auto 190px;gap:0 12px;align-items:baseline}
.kind summary::before,.conflict>summary::before,.text>summary::before{content:"▸";color:var(--soft)}
.kind [open]>summary::before,.conflict[open]>summary::before,.text[open]>summary::before{content:"▾"}
.kind details>:not(summary){margin-left:1.6em;width:calc(100% - 1.6em)}
.conflict>summary,.text>summary{list-style:none;display:flex;gap:8px;align-items:baseline;flex-wrap:wrap}
:is(.conflict,.text)>summary::-webkit-details-marker{display:none}
:is(.conflict,.text) :is(h3,h4){margin:0;font-family:${mono};font-size:15px}
.conflict p{margin:6px 0}
.place{font-weight:600}
.lane-name{font-weight:600}
.dense{columns:16em auto;column-gap:24px;list-style:none;padding:0;margin:6px 0}
pre{margin:4px 0;padding:10px 12px;background:var(--well);border:1px solid var(--edge);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}
.diff>*{display:block;text-decoration:none}
ins{background:var(--new-ground)}
del{background:var(--deleted-ground)}
.data .said td{padding-top:0;border-bottom:1px solid var(--edge)}
.data tr:has(+.said)>*{border-bottom:0}
.data th{font-weight:400}
.said ul{padding-left:20px;color:var(--soft)}
.command span{display:inline-block;max-width:100%}
.command{user-select:all;cursor:copy}
.way{margin-top:10px}
.histories{display:block;max-width:100%;height:auto;margin-bottom:10px}
.narrow{display:none}
.histories text{fill:var(--ink);font-size:13px}
.histories .about{fill:var(--soft);font-size:11.5px}
.histories .head{font-weight:650;font-size:14px}
.met rect{fill:var(--new-ground);stroke:var(--new)}
.later rect{fill:none;stroke:var(--new);stroke-dasharray:6 4}
.apart rect{fill:var(--deleted-ground);stroke:var(--deleted)}
:is(.met,.later,.apart) .title{font-weight:600}
.lane{fill:none;stroke-width:2.5;opacity:.55}
${[0, 1].map((lane) => `.lane.lane-${lane}{stroke:var(--lane-${lane})}.lane-name.lane-${lane}{color:var(--lane-${lane})}.histories .lane-name-${lane}{fill:var(--lane-${lane})}.step.lane-${lane} circle{fill:var(--lane-${lane});stroke:var(--lane-${lane});stroke-width:2.5}`).join('\n')}
.step.copy circle,.step.merge circle:first-of-type{fill:var(--card)}
.step.planned circle:first-of-type{stroke-dasharray:3 2.4}
.arrow{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:4 3}
.point{fill:var(--soft)}
footer{margin-top:40px;font-size:13px}
@media (max-width:720px){
.bar{width:32px}
.kind~.kind tbody tr:first-child>*{border-top:0}
.wide{display:none}.narrow{display:block}
.card{padding:14px}
.files thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
.files,.files tbody,.files tr,.files td{display:block}
.files tr{display:grid;grid-template-columns:minmax(0,1fr) 106px;gap:0 12px;padding:6px 0;border-bottom:1px solid var(--edge)}
.files td{border:0;padding:0}
.files td:nth-child(2):not(.size){grid-column:1/-1;grid-row:2;font-size:13px}
.kind summary{grid-template-columns:1em minmax(0,1fr) 106px}
.kind summary>.soft{grid-column:2;grid-row:2}
.kind summary>.size{grid-column:3;grid-row:1}
.data thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
.data,.data tbody,.data tr,.data td,.data th{display:block;text-align:left}
.data tr{padding:6px 0}
.data :is(td,th){border:0;padding:0}
.data [data-of]:not(:empty)::before{content:attr(data-of) ": ";color:var(--soft)}
.kind details>:not(summary){margin-left:.8em;width:calc(100% - .8em)}
}
@media print{
:root{color-scheme:light;${variables(palettes.light)}}
body{background:none}
.page{max-width:none;padding:0}
nav,.skip{display:none}
summary::before{visibility:hidden}
.card{border:0;border-top:1px solid var(--edge);border-radius:0;padding:10px 0}
h2,h3,h4{break-after:avoid}
tr,li,svg,pre{break-inside:avoid}
details::details-content{content-visibility:visible;display:block;block-size:auto}
}
`
