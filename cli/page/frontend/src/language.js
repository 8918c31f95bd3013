import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const DECLARING = /^(digits?|letters?|faces?|numbers?|distinct|let|data|code|there (?:is|are))\b/i;
const SETTING = /^(find|solution|alpha|evidence (?:joint|product)|solve by|use|given)\b/i;
const LABEL = /^(?:\((?:[ivxlc]+|\d+|[a-z])\)|(?:[ivxlc]+|\d+|[a-z])[.)](?=\s)|(?:clue|hint|rule|fact|condition|statement)\s+\w+:)/i;
const CONNECTIVE =
  /^(if and only if|iff|if|then|either|neither|nor|or|and|but|not|no|all|every|each|some|any|none|exactly|only|at (?:least|most))\b/i;
const NUMBER =
  /^(?:\d+(?:\.\d+)?(?:st|nd|rd|th)?|(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth|last)s?)\b/i;

/** How a riddle is coloured; what it means, the language server tells. */
const riddle = StreamLanguage.define({
  name: "riddle",
  startState: () => ({ begun: false }),
  token(stream, state) {
    if (stream.sol()) state.begun = false;
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (!state.begun) {
      if (stream.match(LABEL)) return "labelName";
      state.begun = true;
      if (stream.match(DECLARING) || stream.match(SETTING)) return "keyword";
    }
    if (stream.match(/^"[^"]*"?/)) return "string";
    if (stream.match(NUMBER)) return "number";
    if (stream.match(CONNECTIVE)) return "logic";
    if (stream.match(/^(?:!=|<=|>=|<>|\*\*|\/\/|\+-|[-+*/%=<>≤≥≠±])/)) return "operator";
    stream.match(/^[\p{L}_][\p{L}\p{N}_']*/u) || stream.next();
    return null;
  },
  tokenTable: { logic: tags.controlKeyword },
  languageData: { commentTokens: { line: "#" } },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, class: "t-comment" },
  { tag: tags.labelName, class: "t-label" },
  { tag: tags.keyword, class: "t-keyword" },
  { tag: tags.controlKeyword, class: "t-logic" },
  { tag: tags.string, class: "t-string" },
  { tag: tags.number, class: "t-number" },
  { tag: tags.operator, class: "t-operator" },
]);

export const language = [riddle, syntaxHighlighting(colours)];
