#!/usr/bin/env node
// Refuses an import that goes up or sideways between floors, and every circle between files. Imports of types count: a reader follows them too.
import { floors } from './floors.mjs'
import { importsOf, sourcesBelow, targetOf } from './lib/read-imports.mjs'

const files = sourcesBelow('packages/*/{src,test,tools}', 'apps/*/{src,tools}', 'bench', 'e2e', 'examples/*', 'scripts')
const imports = new Map(files.map((file) => [file, targetsOf(file)]))

const problems = [...Object.entries(floors).flatMap(([house, list]) => floorProblems(house, list)), ...circles()]
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)

function targetsOf(file) {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => targetOf(file, specifier))
    .filter((target) => target !== file)
}

function floorProblems(house, list) {
  const floorOf = new Map(list.flatMap((rooms, floor) => Object.keys(rooms).map((room) => [room, floor])))
  const roomOf = (file) => file.slice(house.length + 1).split('/')[0]
  const shipped = files.filter((file) => file.startsWith(`${house}/`) && !/\.test\./.test(file))
  const problems = new Set()
  for (const [room, sentence] of list.flatMap((rooms) => Object.entries(rooms))) {
    if (!shipped.some((file) => roomOf(file) === room)) problems.add(`${house}/${room} holds no source: remove it from scripts/floors.mjs`)
    if (/\band\b/i.test(sentence)) problems.add(`${house}/${room} does two things, its sentence in scripts/floors.mjs says: ${sentence}`)
  }
  for (const file of shipped) {
    const room = roomOf(file)
    const floor = floorOf.get(room)
    if (floor === undefined) {
      problems.add(`${house}/${room} stands on no floor: add it to scripts/floors.mjs`)
      continue
    }
    for (const target of imports.get(file)) {
      if (!target.startsWith(`${house}/`)) continue
      const other = roomOf(target)
      if (other === room || (floorOf.get(other) ?? Number.POSITIVE_INFINITY) < floor) continue
      const direction = floorOf.get(other) === floor ? 'sideways' : 'up'
      problems.add(
        `${file}: imports ${direction} from ${room} (floor ${floor}) to ${target.slice(house.length + 1)} (floor ${floorOf.get(other)})`,
      )
    }
  }
  return [...problems]
}

/** Finds strongly connected files (Tarjan). Each circle is one problem that names its files. */
function circles() {
  const index = new Map()
  const low = new Map()
  const stack = []
  const found = []
  function visit(file) {
    index.set(file, index.size)
    low.set(file, index.get(file))
    stack.push(file)
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) {
        visit(next)
        low.set(file, Math.min(low.get(file), low.get(next)))
      } else if (stack.includes(next)) {
        low.set(file, Math.min(low.get(file), index.get(next)))
      }
    }
    if (low.get(file) !== index.get(file)) return
    const circle = stack.splice(stack.indexOf(file))
    if (circle.length > 1) found.push(`circle between files: ${circle.sort().join(', ')}`)
  }
  for (const file of imports.keys()) if (!index.has(file)) visit(file)
  return found
}
