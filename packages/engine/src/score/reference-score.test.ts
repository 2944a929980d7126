import assert from 'node:assert/strict'
import { test } from 'node:test'
import { referenceRisk, referenceWeights } from './reference-score.ts'

/** From the published implementation, on invented rows. Each login is scored against the rows before it. */
const vectors = `
0,u2,198.51.100.8,64497,AU,UA-ff-linux,F142,Lx,d,-
1,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,1.7500000000000002
2,u4,192.0.2.3,64496,NZ,UA-chrome-android,CM139,A15,m,-
3,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.16829904375445673
4,u2,198.51.100.8,64497,AU,UA-safari-ios,S18,i18,m,4.135851228475802
5,u0,198.51.100.1,64497,AU,UA-chrome-win,C140,W11,d,-
6,u0,198.51.100.1,64497,AU,UA-chrome-win,C140,W11,d,0.05834463965011371
7,u3,198.51.100.2,64497,AU,UA-chrome-win,C140,W11,d,-
8,u5,203.0.113.1,64498,US,UA-ff-linux,F142,Lx,d,-
9,u1,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,-
10,u1,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.1694971293720572
11,u1,198.51.100.8,64497,AU,UA-chrome-win-b,C140,W11,d,1.688888888888889
12,u4,192.0.2.3,64496,NZ,UA-chrome-android,CM139,A15,m,0.02124931886391527
13,u0,198.51.100.1,64497,AU,UA-chrome-win,C140,W11,d,0.061658655065351786
14,u3,198.51.100.2,64497,AU,UA-chrome-win,C140,W11,d,0.15643882178723983
15,u0,198.51.100.8,64497,AU,UA-chrome-win,C140,W11,d,0.22943078286269133
16,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.15544088634856565
17,u5,203.0.113.1,64498,US,UA-ff-linux,F142,Lx,d,0.005838978628146192
18,u0,198.51.100.1,64497,AU,UA-chrome-win,C140,W11,d,0.07568894529677604
19,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.12433587127149315
20,u4,192.0.2.2,64496,NZ,UA-ff-linux,F142,Lx,d,1.0370370370370368
21,u2,192.0.2.109,64499,NZ,UA-chrome-android,CM139,A15,m,0.9289993937851507
22,u0,192.0.2.101,64499,NZ,UA-chrome-android,CM139,A15,m,11.733333333333333
23,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.11983095202750504
24,u3,198.51.100.8,64497,AU,UA-chrome-win,C140,W11,d,0.4970221756756281
25,u2,203.0.113.5,64498,US,UA-chrome-android,CM139,A15,m,0.898936147020529
26,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.1221676822694272
27,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.1180599546324623
28,u0,198.51.100.1,64497,AU,UA-chrome-win-b,C140,W11,d,0.13558691993623184
29,u5,192.0.2.103,64499,NZ,UA-ff-linux,F142,Lx,d,0.8924894738238083
30,u1,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.41412931943974207
31,u0,198.51.100.1,64497,AU,UA-chrome-win,C140,W11,d,0.08876227069920735
32,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.12541740711698732
33,u1,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.3405110620591897
34,u2,198.51.100.8,64497,AU,UA-chrome-android,CM139,A15,m,0.13456595256115317
35,u5,203.0.113.3,64498,US,UA-ff-linux,F142,Lx,d,0.03518776827318816
36,u5,203.0.113.1,64498,US,UA-chrome-win-b,C140,W11,d,4.050153172032078
37,u3,198.51.100.1,64497,AU,UA-chrome-win,C140,W11,d,0.3787151357190518
38,u4,192.0.2.5,64496,NZ,UA-chrome-android,CM139,A15,m,0.15822226181162993
39,u3,198.51.100.2,64497,AU,UA-chrome-win,C140,W11,d,0.15432055729088898`

interface Row {
  user: string
  address: string[]
  userAgent: string[]
  score: number | undefined
}

const rows: Row[] = vectors
  .trim()
  .split('\n')
  .map((line) => {
    const [, user = '', address = '', asn = '', country = '', agent = '', browser = '', os = '', type = '', score] = line.split(',')
    return {
      user,
      address: [address, asn, country],
      userAgent: [agent, browser, os, type],
      score: score === '-' ? undefined : Number(score),
    }
  })

function featureOf(name: 'address' | 'userAgent', row: Row, past: readonly Row[], own: readonly Row[]) {
  const values = row[name]
  const sharing = past.filter((each) => each[name][0] === values[0])
  const distinct = (of: readonly Row[], depth: number) => new Set(of.map((each) => each[name][depth])).size
  return {
    levels: values.map((value, depth) => ({
      weight: referenceWeights[name][depth] ?? 0,
      populationCount: past.filter((each) => each[name][depth] === value).length,
      populationDistinct: distinct(past, depth),
      userCount: own.filter((each) => each[name][depth] === value).length,
    })),
    distinctInside: values.slice(1).reduce((sum, _, depth) => sum + distinct(sharing, depth + 1), 0),
  }
}

test('the reference agrees with the published implementation to 1e-12', () => {
  assert.equal(rows.length, 40)
  rows.forEach((row, index) => {
    const past = rows.slice(0, index)
    const own = past.filter(({ user }) => user === row.user)
    const scored = referenceRisk({
      population: { logins: past.length, users: new Set(past.map(({ user }) => user)).size },
      user: { logins: own.length },
      features: [featureOf('address', row, past, own), featureOf('userAgent', row, past, own)],
    })
    if (row.score === undefined) assert.equal(scored, undefined, `row ${index}`)
    else assert.ok(Math.abs((scored?.risk ?? Number.NaN) - row.score) < 1e-12, `row ${index}: ${scored?.risk}, not ${row.score}`)
  })
})
