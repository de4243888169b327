// How much the first page loads, and how much a map shows.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, Visit } from './browser.ts'
import { folder, type Program, run, start } from './program.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

describe('the first page of an employee', () => {
  let program: Program
  beforeAll(async () => {
    program = await start(['--demo'])
  })
  afterAll(() => program?.stop())

  test.each([
    ['br', 400_000, 'gzip, deflate, br'],
    ['gzip', 420_000, 'gzip, deflate'],
  ] as const)('by %s is at most %i bytes', async (encoding, most, accepted) => {
    const visit = await Visit.begin(browser, program.url, 'employee', 'zh-CN', 390)
    await visit.page.setExtraHTTPHeaders({ 'Accept-Encoding': accepted })
    const network = await visit.page.context().newCDPSession(visit.page)
    await network.send('Network.enable')
    let [files, bytes] = [0, 0]
    network.on('Network.loadingFinished', (finished) => {
      files++
      bytes += finished.encodedDataLength
    })
    const encodings = new Set<string | undefined>()
    visit.page.on('response', (response) => {
      if (response.url().endsWith('.js')) encodings.add(response.headers()['content-encoding'])
    })
    await visit.open('/learning')
    await visit.page.getByRole('article').first().waitFor()
    console.log(`the first page is ${bytes} bytes of ${files} files by ${encoding}`)
    expect([...encodings]).toEqual([encoding])
    expect(bytes).toBeLessThanOrEqual(most)
    await visit.end()
  })
})

// A catalog in layers: each point rests on two of the layer before, and a position requires all.
function writeCatalog(into: string, points: number, layers: number): void {
  const wide = points / layers
  const code = (i: number) => `K-${String(i).padStart(4, '0')}`
  const all = Array.from({ length: points }, (_, i) => i)
  const before = (i: number, offset: number) => i - wide - (i % wide) + ((i + offset) % wide)
  const tables = {
    competencies: ['code,name', ...all.slice(0, 20).map((i) => `C-${i},能力项 ${i}`)],
    knowledge_points: ['code,name,competency,minutes', ...all.map((i) => `${code(i)},知识点 ${i},C-${i % 20},30`)],
    prerequisites: ['prerequisite,dependent', ...all.slice(wide).flatMap((i) => [0, 1].map((offset) => `${code(before(i, offset))},${code(i)}`))],
    positions: ['code,name', 'P-ALL,全能'],
    requirements: ['position,target,level', ...all.map((i) => `P-ALL,${code(i)},0.7`)],
  }
  mkdirSync(into)
  for (const [name, rows] of Object.entries(tables)) writeFileSync(join(into, `${name}.csv`), `${rows.join('\n')}\n`)
}

test('a map of 2,000 points has a box and a row for each', async () => {
  const dir = folder()
  const [catalog, store, points] = [join(dir.path, 'catalog'), `sqlite:${join(dir.path, 'map.db')}`, 2000]
  writeCatalog(catalog, points, 20)
  await run(['import', catalog, '--store', store])
  const program = await start(['--store', store])
  const visit = await Visit.begin(browser, program.url, null)
  await visit.open('/positions/P-ALL')
  const begun = Date.now()
  await visit.page.getByRole('link', { name: '先导关系图' }).click()
  const boxes = visit.page.locator('svg [data-node]')
  await boxes.first().waitFor()
  console.log(`the picture of ${points} points was there after ${Date.now() - begun} ms`)
  expect(await boxes.count()).toBe(points)
  expect(await visit.page.locator('svg [data-edge]').count()).toBe(2 * (points - points / 20))
  expect(await visit.page.getByText(/因数量过多未显示/).count()).toBe(0)
  await visit.page.getByText('表格', { exact: true }).click()
  await visit.page.getByRole('table').first().waitFor()
  const pages = Number(await visit.page.locator('.ant-pagination-item').last().getAttribute('title'))
  await visit.page.locator('.ant-pagination-item').last().click()
  const last = await visit.page.locator('.ant-table-row').count()
  expect((pages - 1) * 30 + last).toBe(points)
  const [file] = await Promise.all([visit.page.waitForEvent('download'), visit.page.getByRole('button', { name: /^将此表下载为 CSV/ }).click()])
  expect(
    readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(points + 1)
  expect(visit.faults).toEqual([])
  await visit.end()
  await program.stop()
  dir.remove()
})
