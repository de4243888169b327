// What experts and HR do with files: template, problems by cell, plan and apply.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { ask, type Role, type Visit } from '../browser.ts'
import { folder, run } from '../program.ts'
import { taskOf, type Where } from './task.ts'

// workbook makes a template that holds one point, which belongs to a competency.
async function workbook(code: string, competency: string): Promise<string> {
  const dir = folder()
  onTestFinished(dir.remove)
  const [competencies, points, book] = ['competencies.csv', 'knowledge_points.csv', `${code}.xlsx`].map((name) => join(dir.path, name)) as [
    string,
    string,
    string,
  ]
  const store = ['--store', `sqlite:${join(dir.path, 'zhitu.db')}`]
  writeFileSync(competencies, `code,name\n${competency},SQL 查询\n`)
  writeFileSync(points, `code,name,competency,minutes\n${code},核对导出的数据,${competency},20\n`)
  await run(['import', competencies, points, ...store])
  await run(['template', book, '--tables', 'knowledge_points', '--lang', 'zh-CN', ...store])
  return book
}

const chosen = (visit: Visit) => visit.page.locator('input[type=file]')
const button = (visit: Visit, name: string | RegExp) => visit.page.locator('main').getByRole('button', { name })
const stored = async (url: string, code: string) =>
  expect(await ask(url, 'expert', 'query($code: String!) { knowledgePoint(code: $code) { minutes } }', { code })).toEqual({ knowledgePoint: { minutes: 20 } })

// chooseFile answers the dialogue of the browser that a click opens.
async function chooseFile(visit: Visit, file: string): Promise<void> {
  const [chooser] = await Promise.all([visit.page.waitForEvent('filechooser'), visit.click(visit.page.locator('.drop button'))])
  await chooser.setFiles(file)
}

export function importTasks(place: Where): void {
  taskOf(place, 'expert')('check and apply a workbook', 4, async (visit) => {
    const file = await workbook('K-E2E-IMPORT', 'C-DATA-SQL')
    await visit.click(visit.entry('导入'))
    await chooseFile(visit, file)
    await visit.click(button(visit, '校验并生成变更计划'))
    await visit.page.getByRole('heading', { level: 1, name: '应用后将新增 1 条。' }).waitFor()
    await visit.click(button(visit, /^应\s?用$/))
    const written = visit.page.getByRole('heading', { level: 1, name: '已写入：新增 1 条。' })
    await written.waitFor()
    await stored(place().url, 'K-E2E-IMPORT')
    return () => written.waitFor()
  })

  for (const who of ['expert', 'hr'] as Role[])
    taskOf(place, who)('download the template', 2, async (visit) => {
      await visit.click(visit.entry('导入'))
      const [file] = await Promise.all([visit.page.waitForEvent('download'), visit.click(visit.page.getByRole('link', { name: '下载模板' }))])
      expect(file.suggestedFilename()).toBe('知图导入模板.xlsx')
      const path = await file.path()
      expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK')
      // As it is, it may be imported by whoever has got it, and changes nothing.
      await chosen(visit).setInputFiles({ name: '模板.xlsx', mimeType: 'application/octet-stream', buffer: readFileSync(path) })
      await button(visit, '校验并生成变更计划').press('Enter')
      await visit.page.getByRole('heading', { level: 1, name: '文件内容与已存数据一致，无需导入。' }).waitFor()
      return undefined
    })

  taskOf(place, 'expert')('see problems by cell, and get the marked workbook', 4, async (visit) => {
    const file = await workbook('K-E2E-WRONG', 'C-E2E-NONE')
    await visit.click(visit.entry('导入'))
    await chooseFile(visit, file)
    await visit.click(button(visit, '校验并生成变更计划'))
    await visit.page.getByRole('heading', { level: 1, name: '有 1 个问题需要更正，未写入任何内容。' }).waitFor()
    const problem = visit.page.getByRole('row').filter({ hasText: '知识点!D2' }).filter({ hasText: 'C-E2E-NONE' })
    await problem.waitFor()
    const link = visit.page.getByRole('link', { name: '下载标注版工作簿' })
    const [marked] = await Promise.all([visit.page.waitForEvent('download'), visit.click(link)])
    expect(marked.suggestedFilename()).toBe('K-E2E-WRONG-标注.xlsx')
    return () => problem.waitFor()
  })
}
