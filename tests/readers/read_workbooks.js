"use strict";
// Print the texts of workbooks as SheetJS and exceljs read them: for each file and program, a list of [sheet, text].
const ExcelJS = require("exceljs");
const SheetJS = require("xlsx");

const TEXTS = ["String", "SharedString", "RichText", "Hyperlink"].map((name) => ExcelJS.ValueType[name]);

function readWithSheetJS(path) {
  const book = SheetJS.readFile(path);
  const cellsOf = (name) => Object.values(book.Sheets[name]).filter((cell) => cell.t === "s");
  return book.SheetNames.flatMap((name) => cellsOf(name).map((cell) => [name, cell.v]));
}

async function readWithExcelJS(path) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  const texts = [];
  book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => {
    // The other cells of a merged one have the type Merge.
    if (TEXTS.includes(cell.type)) texts.push([sheet.name, cell.text]);
  })));
  return texts;
}

(async () => {
  const read = {};
  for (const path of process.argv.slice(2)) {
    read[path] = { SheetJS: readWithSheetJS(path), exceljs: await readWithExcelJS(path) };
  }
  process.stdout.write(JSON.stringify(read));
})();
