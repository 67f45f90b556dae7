/** What `--help` prints: 80 columns, by what people look for. */
export const help = `Keeps a GitHub repository and a Hugging Face repository equal, both ways.

Usage: npx tsx sync.ts [options]

  See what a run would do, and the lines that it would change:
    npx tsx sync.ts --github acme/corpus --hf datasets/acme/corpus -n --diff
  Settle a conflict, and everything below data/ at once:
    npx tsx sync.ts … --take README.md=github --take 'data/**=huggingface'
  Ask what a workflow has to know, and write it:
    npx tsx sync.ts init
  Give a side back what was deleted there by mistake:
    npx tsx sync.ts … --init github

What is mirrored
  --github <owner/repo>    default $GITHUB_REPOSITORY
  --hf <id>                datasets/acme/corpus, models/acme/m, spaces/acme/s,
                           or acme/corpus with --repo-type; default $HF_REPO
                           (both take an address as it is pasted, too)
  --config <file>          mirror the pairs in it: YAML or JSON that has these
                           options as keys. Default, where no repository is
                           named: .github/hubmirror.yml, .yaml or .json here
  --pair <name>            that pair of it alone; repeatable
  --repo-type <dataset|model|space>
                           what a bare id means (default dataset)
  --branch <name>          default $BRANCH, else GitHub's default branch and the
                           Hub's main; dev=develop where the Hub's is called
                           otherwise; repeatable: each branch is a run of its
                           own, with one report over all at the end
  --hf-branch <name>       the Hub's, for one branch alone
  --tags                   mirror tags too, after the branches: new and deleted
                           ones. One that was moved is a conflict
  --subdirectory <path>    mirror this folder of the GitHub repository as the
                           Hub's root, so that one repository there can have
                           several on the Hub
  --map <path>=<path>      GitHub's path, a file or a folder, is another one on
                           the Hub: 'docs/HF.md=README.md'; repeatable
  --include <pattern>      mirror only what fits it, or is in a folder that does
  --exclude <pattern>      leave that out; both repeatable, as in .gitignore:
                           'data/', '*.log', '!keep.log'. For both sides, also a
                           file .mirrorignore in the repository. What is left
                           out stays as it is on either side
  --front-matter <both|huggingface>
                           where README.md's YAML block is (default both).
                           huggingface: GitHub's README.md is the text alone
  --dot-github             mirror .github too (its workflows never)
  --lfs <both|huggingface> where LFS objects are (default both). huggingface:
                           GitHub holds pointers and an .lfsconfig that sends
                           clones to the Hub; its LFS quota is never used.
                           Later runs go on with it
  --store <size|hub>       what becomes LFS on GitHub where no rule says so:
                           what is larger than 10 MB (size, the default), or
                           what is LFS on the Hub

What a run may do
  -n, --dry-run            print the plan, write nothing
  --check                  before the first run: both tokens, repositories,
                           branches and their rules, LFS, limits, and what the
                           run would cost; a line each, with what to do where
                           something stands in its way. Writes nothing
  --to <github|huggingface>
                           write that side only; a token for the other one need
                           not write. What is found changed there is refused
  --allow-overwrite        with --to: make it equal to the other side all the
                           same; the plan lists what is lost
  --pull-request <github|huggingface|both>
                           what would be written there is proposed: one pull
                           request, kept up to date until people merge it. For
                           a protected branch, or a token that may only propose
  --create                 make the repository that is missing on one side,
                           private unless --public
  --public                 with --create: for everybody to read
  --sdk <static|gradio|docker|streamlit>
                           what a Space runs that is made
  --verify                 compare both sides now, LFS objects included, write
                           nothing
  --shards <machines>      print a matrix for a workflow that shares out to so
                           many the large files that lack; write nothing
  --shard <share>          send that share of them (3/8, or as printed) and make
                           no commit: a run without it does, last of all
  --take <path>=<github|huggingface|both>
                           settle a conflict: that side's version goes to both,
                           or the lines of both do; repeatable, globs as in
                           .gitignore: '*.csv=github'
  --ask                    go through the conflicts on the terminal, one letter
                           each; a run that ends in conflicts there offers it
  --prefer <github|huggingface|newer>
                           settle conflicts beforehand; <glob>= before it for
                           some of them: 'data/**=huggingface'; repeatable, the
                           last one that matches counts, --take before all.
                           newer: whose last commit on that file is younger,
                           as far as the commits since the last sync tell
  --keep-both              store the version that is not taken beside the other
                           one: a.github.csv beside a.csv
  --init <github|huggingface|union>
                           make a new base, where the histories have none or
                           one of them was rewritten: that side wins and the
                           other one is made equal, by a commit on top; or
                           join both and stop on differences
  --undo                   take back what the last run wrote, by new commits;
                           what was changed since stays, and conflicts take
                           --take <path>=<now|before>. Nothing is mirrored
                           after it until --redo, or --init
  --redo                   mirror again what was undone
  --allow-delete           mirror deletions that the brakes would stop
  --max-delete <files or percent>
                           refuse a run that would delete more, such as 20 or
                           10% (default: 50%, where that is 10 or more)
  --allow-public           let a first run (or --init) bring what is private or
                           gated on one side to the public other one
  --squash                 one copy per run that lists what it stands for,
                           instead of one for each commit, or 50 of many
  --history-max <commits>  that a side may have made since the last common one
                           (default 5000)
  --max-wait <time>        for limits of the services, in all: 90s, 15m (the
                           default), 2h, 0. A plan that needs more says what
                           this run does, and what the next ones do

What it prints
  --diff                   the lines of texts as well, as git does
  --no-inspect             not what changed inside data files: rows, columns,
                           sizes of images, a card's front matter; nor which
                           file was renamed and edited
  --json                   one JSON document on stdout
  --html <file>            also writes a page to look at, for any browser; of
                           several runs one each, such as report.dev.html
  --conflict-issue         one issue on GitHub tells of the conflicts, and is
                           closed when they are settled. While it has told of
                           the same ones before, the run ends with 0
  --badge <file>           also writes a badge: in sync since when, or how not;
                           a picture (.svg), or data for shields.io (.json)
  --badge-branch <name>    puts it on a branch of GitHub's as well, by a commit,
                           where it says something new
  --color <auto|always|never>
                           default auto: on a terminal, unless NO_COLOR is set;
                           FORCE_COLOR is heeded
  --log <text|json>        what goes to stderr (default text). json: an event a
                           line, for programs, and nothing else
  -q, --quiet              no progress, and nothing at all where nothing
                           happened and nothing is wrong
  -v, --verbose            each request on stderr
  --detailed-exitcode      with --dry-run: exit 10 when changes are waiting
  -h, --help · --version

To set a mirror up: npx tsx sync.ts init [options of a file of pairs]
  Asks for what is not given, checks it, shows the first plan, and writes a
  workflow into this folder, and .github/hubmirror.yml where that says more.
  --trigger <schedule|webhook>
                           what mirrors a push to the Hub: every 30 minutes (the
                           default), or a relay at once and twice a day
  --tool <owner/repo>@<commit>
                           where the workflow finds this program
  --force                  replace what is there; write also where --check ends
                           in something that stands in the way

Environment
  GITHUB_TOKEN   may write contents there; in a workflow: \${{ github.token }}
                 and permissions: contents: write. Where it is not set: GH_TOKEN
  HF_TOKEN       may write to the repository; or HF_OIDC_RESOURCE (the id, such
                 as datasets/acme/corpus) for a trusted publisher: no stored
                 secret, permissions: id-token: write. Where none is set: the
                 login of \`hf auth login\`, found by HF_TOKEN_PATH or HF_HOME,
                 unless HF_HUB_DISABLE_IMPLICIT_TOKEN is set
  MIRROR_INCLUDE, MIRROR_EXCLUDE: patterns, one a line, before those of flags;
  MIRROR_SUBDIRECTORY, and MIRROR_MAP: maps, one a line;
  MIRROR_FRONT_MATTER: as --front-matter
  GITHUB_REPOSITORY, HF_REPO, BRANCH, GITHUB_API_URL, GITHUB_GRAPHQL_URL,
  GITHUB_SERVER_URL, HF_ENDPOINT, GITHUB_STEP_SUMMARY and GITHUB_OUTPUT
  (written where set), HTTPS_PROXY and NO_PROXY (as curl reads them),
  NODE_EXTRA_CA_CERTS, WEBHOOK_PAYLOAD (of a Job on the Hub), NO_COLOR,
  FORCE_COLOR

Exit codes
  0  in sync, mirrored, proposed, undone, streamed, equal, ready, or a plan
     without problems
  1  failed, or refused after one side was written; running again is safe
  2  conflict: nothing was written since it was found (but for other tags)
  3  refused: no commit was written
  4  a token is missing, wrong or may not
  5  not equal: with --verify, or right after a run
  10 with --dry-run --detailed-exitcode: changes are waiting
  64 wrong usage
  70 a bug
  130 stopped by Ctrl-C; running again goes on
  Of several runs the first of 130, 70, 64, 5, 4, 1, 3, 2, 10 that one came to`
