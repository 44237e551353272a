// The SPARQL editor: makes the page's plain text field more comfortable. Without it, the field does all that is needed.
//
// The editor lives in a shadow root: there CodeMirror adopts constructed style sheets, so that the content security
// policy stays as strict as on every other page. Colours come in as custom properties of the page.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const KEPT = 30; // queries in the history
const STORE = "zielgraph.sparql.history";
const KEYWORDS = (
  "SELECT CONSTRUCT DESCRIBE ASK WHERE FROM NAMED PREFIX BASE DISTINCT REDUCED OPTIONAL UNION MINUS GRAPH FILTER BIND VALUES " +
  "UNDEF EXISTS NOT IN AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR " +
  "STR LANG LANGMATCHES DATATYPE BOUND IRI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE CONTAINS STRSTARTS " +
  "STRENDS STRBEFORE STRAFTER SUBSTR REPLACE REGEX YEAR MONTH DAY HOURS MINUTES SECONDS NOW COALESCE IF STRLANG STRDT " +
  "SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC"
).split(" ");

const field = document.getElementById("query");
const texts = JSON.parse(document.getElementById("editor-texts").textContent);
let known = { prefixes: {}, terms: [] }; // until it has arrived, and where it does not, only keywords are offered
fetch(texts.terms, { credentials: "same-origin" })
  .then((answer) => (answer.ok ? answer.json() : known))
  .then((words) => (known = words))
  .catch(() => {});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--editor-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--editor-string)" },
  { tag: [tags.variableName, tags.definition(tags.variableName)], color: "var(--editor-variable)" },
  { tag: [tags.namespace, tags.url, tags.typeName, tags.propertyName], color: "var(--editor-name)" },
  { tag: [tags.number, tags.bool], color: "var(--editor-number)" },
  { tag: tags.comment, color: "var(--editor-comment)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { color: "var(--editor-text)", backgroundColor: "var(--editor-ground)", border: "1px solid var(--editor-line)", fontSize: "1rem" },
  "&.cm-focused": { outline: "3px solid var(--editor-focus)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace", minHeight: "16rem", maxHeight: "40rem", overflow: "auto" },
  ".cm-gutters": { color: "var(--editor-comment)", backgroundColor: "var(--editor-ground)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--editor-text)" },
  ".cm-tooltip": { color: "var(--editor-text)", backgroundColor: "var(--editor-ground)", border: "1px solid var(--editor-line)", maxWidth: "40rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--editor-ground)", backgroundColor: "var(--editor-focus)" },
  ".cm-completionInfo": { whiteSpace: "normal" },
});

function complete(context) {
  const word = context.matchBefore(/[?$]?[\w-]*:?[\w-]*/u);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const options = /^[?$]/.test(word.text) ? variables(context, word) : [...terms(context), ...keywords(context, word)];
  return { from: word.from, options, validFor: /^[?$]?[\w-]*:?[\w-]*$/u };
}

function variables(context, word) {
  const found = context.state.doc.toString().match(/[?$][A-Za-z_]\w*/gu) ?? [];
  return [...new Set(found)].filter((name) => name !== word.text).map((label) => ({ label, type: "variable" }));
}

function keywords(context, word) {
  return word.text.includes(":") ? [] : KEYWORDS.map((label) => ({ label, type: "keyword", boost: -50 }));
}

function terms(context) {
  const text = context.state.doc.toString();
  const declaring = /PREFIX\s+[\w-]*:?$/iu.test(text.slice(0, context.pos));
  if (declaring) {
    return Object.entries(known.prefixes).map(([name, iri]) => ({ label: `${name}: <${iri}>`, type: "namespace", apply: `${name}: <${iri}>\n` }));
  }
  return known.terms.map(({ name, kind, label, comment }) => ({
    label: name,
    detail: label,
    info: comment || undefined,
    type: { class: "class", property: "property" }[kind] ?? "constant",
    boost: 10,
    apply: (view, _, from, to) => insert(view, name, from, to),
  }));
}

// A term brings its PREFIX line along when the query does not declare it yet.
function insert(view, name, from, to) {
  const prefix = name.split(":", 1)[0];
  const declared = new RegExp(`PREFIX\\s+${prefix}:`, "iu").test(view.state.doc.toString());
  const iri = known.prefixes[prefix];
  const line = declared || !iri ? "" : `PREFIX ${prefix}: <${iri}>\n`;
  const changes = [{ from, to, insert: name }];
  if (line) changes.unshift({ from: 0, insert: line });
  view.dispatch({ changes, selection: { anchor: from + line.length + name.length }, userEvent: "input.complete" });
}

// Text typed over a selection goes in here and not through the browser, which would copy the look of what it replaces
// into a style attribute. The content security policy forbids those.
function type(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (event.inputType !== "insertText" || empty || !event.data) return false;
  event.preventDefault();
  const replacement = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, event.data, replacement));
  if (!handled) view.dispatch(replacement());
  return true;
}

function run() {
  field.form.requestSubmit();
  return true;
}

const place = document.createElement("div");
place.className = "editor";
field.before(place);
const root = place.attachShadow({ mode: "open" });
const view = new EditorView({
  root,
  parent: root,
  state: EditorState.create({
    doc: field.value,
    extensions: [
      lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
      sparql(), syntaxHighlighting(colours), look,
      autocompletion({ override: [complete], icons: false }),
      // Tab stays what it is everywhere: the way to the next field.
      keymap.of([{ key: "Mod-Enter", run }, ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.domEventHandlers({ beforeinput: type }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": texts.label, spellcheck: "false" }),
      EditorState.phrases.of(texts.phrases),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) field.value = update.state.doc.toString();
      }),
    ],
  }),
});
field.hidden = true;
document.querySelector("label[for=query]").addEventListener("click", () => view.focus());

// --- earlier queries, which stay in this browser

function earlier() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(found) ? found.filter((query) => typeof query === "string") : [];
  } catch {
    return [];
  }
}

function keep(queries) {
  try {
    localStorage.setItem(STORE, JSON.stringify(queries.slice(0, KEPT)));
  } catch {
    // a full or closed store: then nothing is remembered
  }
}

function remember() {
  const query = view.state.doc.toString().trim();
  if (query) keep([query, ...earlier().filter((each) => each !== query)]);
}

function offer() {
  const queries = earlier();
  const box = document.getElementById("history");
  const list = box.querySelector("ol");
  list.replaceChildren(
    ...queries.map((query) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = query.replace(/^(?:\s*(?:PREFIX|#)[^\n]*\n)+/iu, "").replace(/\s+/gu, " ").slice(0, 160);
      button.addEventListener("click", () => {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: query } });
        view.focus();
      });
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
  box.hidden = queries.length === 0;
}

field.form.addEventListener("submit", remember);
document.getElementById("forget").addEventListener("click", () => {
  localStorage.removeItem(STORE);
  offer();
  view.focus();
});
if (texts.asked) remember(); // a query that came by a link
offer();
