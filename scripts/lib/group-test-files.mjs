import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './prepare.mjs'

/** Files of a group: enough that loading the server counts little, few enough that groups fill the processors evenly. */
const groupSize = 12

/** Files that keep a process for themselves, the longest first: one that begins last leaves a processor idle until it ends. */
const alone = [
  /app\/on-postgres/,
  /test\/(chaos|faults)\//,
  /storage\/migrations\//,
  /(^|\/)(cli|move|user-archive)\//,
  /-(kill|crash)\.test/,
  // They ask how much memory or time the process uses.
  /(^|\/)(sustained-load|overload|memory|equal-cost|hostile-requests)\.test/,
  // They set what the whole process sees.
  /^(examples|packages\/(browser|node)|scripts|e2e)\//,
]

/**
 * What to run, in this order, each entry in a process of its own: test files, or files written into `folder` that run a group of test files one after
 * another. Loading the server takes longer than most of its test files, and code that is warm runs several times as fast.
 * @param {string[]} files
 * @param {string} folder
 */
export function groupTestFiles(files, folder) {
  const single = files.filter((file) => rankOf(file) < alone.length)
  return [
    ...single.toSorted((a, b) => rankOf(a) - rankOf(b)),
    ...groupsOf(
      files.filter((file) => rankOf(file) === alone.length),
      folder,
    ),
  ]
}

function rankOf(file) {
  const place = alone.findIndex((pattern) => pattern.test(nameOf(file)))
  return place === -1 ? alone.length : place
}

const nameOf = (file) => path.relative(root, file).replaceAll('\\', '/')

function groupsOf(files, folder) {
  const groups = []
  for (const [name, members] of Map.groupBy(files, (file) =>
    nameOf(file)
      .match(/^(packages|apps)\/[^/]+|^[^/]+/)[0]
      .replace('/', '-'),
  )) {
    const count = Math.ceil(members.length / groupSize)
    for (let index = 0; index < count; index++) {
      const file = path.join(folder, `${name}-${index + 1}.test.mjs`)
      writeFileSync(file, groupFile(members.filter((_, place) => place % count === index)))
      groups.push(file)
    }
  }
  return groups
}

/** Each file is a test whose parts are the tests in it, so what a file says of `before` and `after` holds for that file only. */
function groupFile(members) {
  const runs = members.map((file) => `await test(${JSON.stringify(nameOf(file))}, async () => { await import('${pathToFileURL(file)}') })`)
  // A test that waits for a timer which keeps no process alive would be cancelled, did nothing else keep it.
  const awake = ['const awake = setInterval(() => {}, 60_000)', ...runs, 'clearInterval(awake)']
  const imports = ["import { test } from 'node:test'", `import { endSoon } from '${new URL('end-soon.mjs', import.meta.url).href}'`]
  return [...imports, ...awake, 'endSoon()', ''].join('\n')
}
