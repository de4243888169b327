import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, Visit } from './browser.ts'
import { folder, type Program, run, start } from './program.ts'

const seed = new URL('../../../../seed', import.meta.url).pathname

// pages are those of which people see most.
const pages = [
  '/learning',
  '/team',
  '/talent',
  '/positions',
  '/positions/POS-DA',
  '/catalog',
  '/catalog/points/K-SQL-JOIN',
  '/insight',
  '/people',
  '/people/E012',
]

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})

afterAll(() => browser?.close())

describe('the sample company', () => {
  let program: Program
  let visit: Visit
  beforeAll(async () => {
    program = await start(['--demo'])
    visit = await Visit.begin(browser, program.url, 'hr')
  })
  afterAll(async () => {
    await visit?.end()
    await program?.stop()
  })

  test('search finds by pinyin, and leads to the page by keyboard alone', async () => {
    await visit.open('/positions')
    await visit.page.getByRole('combobox', { name: /搜索知识点/ }).fill('sjfxs')
    await visit.option('POS-DA').waitFor() // the table behind has the code too
    await visit.page.keyboard.press('Enter')
    await visit.page.waitForURL('**/positions/POS-DA')
  })

  test('the browser goes back, and a page loaded again is the same', async () => {
    await visit.open('/positions?text=%E6%95%B0%E6%8D%AE')
    const rows = visit.page.getByRole('table').getByRole('link')
    await rows.first().waitFor()
    const names = await rows.allTextContents()
    await rows.first().click()
    await visit.page.waitForURL(/\/positions\/POS/)
    await visit.page.goBack()
    await rows.first().waitFor()
    expect(await rows.allTextContents()).toEqual(names)
    await visit.page.reload()
    await rows.first().waitFor()
    expect(await rows.allTextContents()).toEqual(names)
  })

  test('the first stop of the keyboard skips to the content', async () => {
    await visit.open('/positions')
    await visit.press('Tab')
    await visit.press('Enter')
    expect(await visit.page.evaluate(() => document.activeElement?.id)).toBe('content')
  })

  test('the language is that of the browser until another is chosen', async () => {
    await visit.open('/positions')
    expect(await visit.page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
    await visit.page.getByRole('button', { name: 'Switch to English' }).click()
    await visit.page.getByRole('heading', { level: 1, name: 'positions' }).waitFor()
    await visit.page.reload()
    expect(await visit.page.evaluate(() => document.documentElement.lang)).toBe('en')
    await visit.page.getByRole('button', { name: '切换为中文' }).click()
  })

  test.each(['/positions/NONE', '/people/NONE', '/catalog/points/NONE', '/nowhere'])('%s says that there is nothing, and leads on', async (path) => {
    await visit.open(path)
    await visit.page.getByText('它不存在，或者您无权查看。').waitFor()
    expect(await visit.page.getByRole('main').getByRole('link', { name: '返回首页' }).count()).toBe(1)
  })

  test('what an employee may not see looks the same as what does not exist', async () => {
    const other = await Visit.begin(browser, program.url, 'employee')
    const texts: (string | null)[] = []
    for (const path of ['/people/E039', '/people/NONE']) {
      await other.open(path)
      texts.push(await other.page.getByRole('main').textContent())
    }
    expect(texts[0]).toBe(texts[1])
    await other.end()
  })

  test('a slow answer leaves the page in its place', async () => {
    const slow = await Visit.begin(browser, program.url, 'hr')
    await slow.page.route('**/graphql', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      await route.continue()
    })
    await slow.page.addInitScript(() => {
      const shifts = { total: 0 }
      Object.assign(globalThis, { shifts })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.total += (entry as unknown as { value: number }).value
      }).observe({ type: 'layout-shift', buffered: true })
    })
    const shifted: string[] = []
    for (const width of [1280, 390]) {
      await slow.page.setViewportSize({ width, height: 844 })
      for (const path of width < 600 ? ['/learning', '/catalog'] : pages) {
        await slow.open(path)
        const shift = await slow.page.evaluate(() => (globalThis as unknown as { shifts: { total: number } }).shifts.total)
        if (shift > 0.05) shifted.push(`${path} by ${shift.toFixed(3)} at ${width} px`)
      }
    }
    expect(shifted).toEqual([])
    await slow.end()
  })

  test('no page breaks a rule', () => {
    expect(visit.faults).toEqual([])
  })
})

test('without a connection what was loaded stays, and comes back with the server', async () => {
  const dir = folder()
  const store = `sqlite:${join(dir.path, 'demo.db')}`
  let program = await start(['--demo', '--store', store])
  const visit = await Visit.begin(browser, program.url, 'hr')
  await visit.open('/positions')
  const table = visit.page.getByRole('table')
  expect(await table.count()).toBe(1)
  await program.kill()
  await visit.page.getByRole('textbox', { name: /^名称、编号/ }).fill('分析')
  await visit.page.getByText('无法连接服务器').first().waitFor()
  expect(await table.count()).toBe(1)
  program = await start(['--demo', '--store', store], program.port)
  await visit.page.getByRole('button', { name: '重试' }).first().click()
  await visit.page.getByText('无法连接服务器').first().waitFor({ state: 'detached' })
  await visit.end()
  await program.stop()
  dir.remove()
})

test('a session that ends in the middle keeps what was typed', async () => {
  const dir = folder()
  const store = `sqlite:${join(dir.path, 'company.db')}`
  await run(['import', seed, '--store', store])
  const link = /\/invite#\S+/.exec(await run(['account', 'invite', '--admin', '--store', store]))?.[0]
  const program = await start(['--store', store])
  const visit = await Visit.begin(browser, program.url, null)
  const password = 'korrekt pferd batterie klammer'
  await visit.page.goto(program.url + link)
  await visit.page.locator('#again').waitFor()
  await visit.page.locator('#password').fill(password)
  await visit.page.locator('#again').fill(password)
  await visit.page.locator('#again').press('Enter')
  await visit.page.getByRole('navigation').waitFor() // the application, on the page of an administrator
  await visit.open('/positions')
  await visit.page.context().clearCookies()
  const search = visit.page.getByRole('textbox', { name: /^名称、编号/ })
  await search.fill('分析')
  const dialogue = visit.page.getByRole('dialog', { name: '登录已过期' })
  await dialogue.waitFor()
  const [tab] = await Promise.all([visit.page.context().waitForEvent('page'), dialogue.getByRole('link', { name: '重新登录' }).click()])
  await tab.locator('#login').fill('admin')
  await tab.locator('#password').fill(password)
  await tab.locator('#password').press('Enter')
  await tab.getByRole('navigation').waitFor()
  expect(new URL(tab.url()).pathname).toBe('/positions')
  await tab.close()
  await dialogue.getByRole('button', { name: '我已登录' }).click()
  await dialogue.waitFor({ state: 'hidden' })
  expect(await search.inputValue()).toBe('分析')
  await visit.page.getByRole('link', { name: '数据分析师' }).first().waitFor()
  await visit.end()
  await program.stop()
  dir.remove()
})

test('10,000 people are found, counted and shown without a fault', async () => {
  const dir = folder()
  const store = `sqlite:${join(dir.path, 'large.db')}`
  const rows = Array.from({ length: 10_000 }, (_, i) => `T${String(i).padStart(5, '0')},测试员工${i},ORG-MF,POS-OP`)
  writeFileSync(join(dir.path, 'employees.csv'), `code,name,org_unit,position\n${rows.join('\n')}\n`)
  await run(['import', seed, '--store', store])
  await run(['import', join(dir.path, 'employees.csv'), '--store', store])
  const program = await start(['--store', store])
  const visit = await Visit.begin(browser, program.url, null)
  await visit.open('/people')
  await visit.page
    .getByText(/10,04\d/)
    .first()
    .waitFor()
  await visit.open('/team?unit=ORG-MF&position=POS-OP')
  await visit.page.getByRole('table').first().waitFor()
  expect(visit.faults).toEqual([])
  await visit.end()
  await program.stop()
  dir.remove()
})
