import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Language, launch, type Role, upload, Visit } from './browser.ts'
import { type Program, start } from './program.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// pagesOf are the pages that the navigation shows to each role, and some that it leads to.
const pagesOf: Record<Role, string[]> = {
  employee: ['/learning', '/positions', '/positions/POS-DA', '/catalog', '/catalog/points/K-SQL-JOIN', '/account'],
  manager: ['/learning', '/team', '/talent', '/positions', '/catalog', '/people/E016', '/account'],
  trainer: ['/learning', '/team', '/talent', '/insight', '/catalog', '/account'],
  hr: ['/team', '/talent', '/insight', '/people', '/people/E012', '/approvals', '/intake', '/imports', '/account'],
  expert: ['/imports', '/imports/1', '/imports/2', '/catalog', '/catalog/competencies/C-DATA-SQL', '/positions/POS-DA', '/insight', '/account'],
  auditor: ['/audit', '/approvals', '/positions', '/account'],
  admin: ['/administration', '/approvals', '/positions', '/account'],
}

// viewsOf are what pages show on demand, as those who use it most.
const viewsOf: Partial<Record<Role, string[]>> = {
  employee: ['/learning?view=gap', '/learning?view=map', '/learning?view=evidence', '/learning?view=privacy'],
  hr: [
    '/team?group=unit:ORG-MF&position=POS-DA',
    '/talent?group=unit:ORG-MF&position=POS-DA',
    '/talent?view=positions&person=E012',
    '/talent?view=compare&position=POS-DA&to=POS-BE',
    '/talent?view=people&position=POS-DA&first=E012&second=E016',
    '/people?orgUnit=ORG-MF&position=POS-OP',
    '/people/E012?view=evidence',
    '/insight?position=POS-DA&competency=C-DATA-SQL&unit=ORG-MF',
  ],
  expert: ['/positions/POS-DA?view=written', '/positions/POS-DA?tab=map', '/positions/POS-DA?tab=people', '/positions/POS-DA?tab=distance&other=POS-BE'],
  admin: ['/administration?tab=services', '/administration?tab=health'],
}

const widths = [390, 768, 1280, 1920]
const most = 4 // questions of a page: three, and that of the frame, who it is

let browser: Browser
let program: Program

beforeAll(async () => {
  browser = await launch()
  program = await start(['--demo'])
  // One import with a plan, and one with problems.
  await upload(program.url, 'expert', 'knowledge_points.csv', 'code,name,minutes\nK-SQL-JOIN,用 JOIN 关联多张表,55\nK-NEW,新的知识点,20\n')
  await upload(program.url, 'expert', 'knowledge_points.csv', 'code,name,minutes\nK-SQL-JOIN,用 JOIN 关联多张表,半小时\n')
})

afterAll(async () => {
  await browser?.close()
  await program?.stop()
})

type Violation = { id: string; impact: string | null; nodes: { target: string[] }[] }

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']
const contrast = { type: 'rule', values: ['color-contrast'] } // what is dark differs in colours alone

async function seriousFindings(visit: Visit, runOnly: object = rules): Promise<string[]> {
  await visit.page.evaluate(axe)
  const violations = (await visit.page.evaluate(
    // biome-ignore lint/suspicious/noExplicitAny: axe is a global of the page
    (runOnly) => (globalThis as any).axe.run(document, { runOnly }).then((r: any) => r.violations),
    runOnly,
  )) as Violation[]
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => n.target.join(' '))
          .slice(0, 3)
          .join(', ')}`,
    )
}

// smallTexts returns what is written smaller than 12 px, which Chinese is not read in.
function smallTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const [text, element] = [node.textContent?.trim(), node.parentElement]
      if (!text || !element?.checkVisibility()) continue
      const size = Number.parseFloat(getComputedStyle(element).fontSize)
      if (size < 12) found.push(`“${text.slice(0, 20)}” is written in ${size} px`)
    }
    return found.slice(0, 3)
  })
}

// tableFaults returns the tables that no button exports, and those that are wider than their place.
function tableFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    for (const table of document.querySelectorAll<HTMLElement>('main table, main [role="grid"]')) {
      if (!table.checkVisibility() || table.closest('.ant-descriptions')) continue
      const name = `the table “${table.getAttribute('aria-label') ?? table.closest('section')?.querySelector('h2')?.textContent ?? ''}”`
      const around = table.closest('section, .map-panel') ?? document.querySelector('main')
      const buttons = [...(around?.querySelectorAll('button') ?? [])]
      if (!buttons.some((button) => button.textContent === 'CSV')) found.push(`${name} has no CSV`)
      const place = table.parentElement
      if (place && table.tagName === 'TABLE' && place.scrollWidth > place.clientWidth)
        found.push(`${name} is ${place.scrollWidth - place.clientWidth} px too wide`)
    }
    return found
  })
}

async function findingsOf(visit: Visit, path: string, dark: boolean): Promise<string[]> {
  const findings: string[] = []
  await visit.open(path)
  if ((await visit.page.locator('h1').count()) !== 1) findings.push('has not one heading')
  if (visit.questions > most) findings.push(`asks ${visit.questions} times`)
  findings.push(...(await smallTexts(visit.page)), ...(await tableFaults(visit.page)), ...(await seriousFindings(visit)))
  if (dark) {
    await visit.page.emulateMedia({ colorScheme: 'dark' })
    findings.push(...(await seriousFindings(visit, contrast)).map((finding) => `in the dark ${finding}`))
    await visit.page.emulateMedia({ colorScheme: 'light' })
  }
  return findings.map((finding) => `${path} ${finding}`)
}

describe.each(Object.keys(pagesOf) as Role[])('%s', (role) => {
  test.each<Language>(['zh-CN', 'en'])('sees every page in %s without a fault', async (language) => {
    const visit = await Visit.begin(browser, program.url, role, language)
    const findings: string[] = []
    for (const path of pagesOf[role]) {
      findings.push(...(await findingsOf(visit, path, language === 'zh-CN')))
      for (const width of widths) {
        await visit.page.setViewportSize({ width, height: 900 })
        const excess = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (excess > 0) findings.push(`${path} is ${excess} px wider than ${width} px`)
      }
      await visit.page.setViewportSize({ width: 1280, height: 900 })
    }
    expect([...findings, ...visit.faults]).toEqual([])
    await visit.end()
  })
})

// English needs more room; what it needs, Chinese has.
test.each(Object.entries(viewsOf) as [Role, string[]][])('%s sees every view without a fault', async (role, paths) => {
  const visit = await Visit.begin(browser, program.url, role, 'en')
  const findings: string[] = []
  for (const path of paths) findings.push(...(await findingsOf(visit, path, true)))
  expect([...findings, ...visit.faults]).toEqual([])
  await visit.end()
})
