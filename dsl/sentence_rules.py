"""Turns of phrase of published riddles, over whole sentences: what people write, what is read instead.

The form of these lines is told in :mod:`patterns`; ``¶`` ends a sentence.
"""

from oedipus.dsl.patterns import rules

PLAIN = rules(
    r"""
such so where with and :: ,? (?:and )?(?:such that|so that|where|with|and)$ ->
true :: (?:, and |and |, )?(?:all )?(?:of )?the following(?: #num)? (?:things |facts |statements |clues |hints )?(?:are|is) (?:all )?true(?: (?:about|of|for) (?:me|it|this number|the number))?$ ->
in :: ^in (?:each|every|my|the|this) (?:\w+ )?(?:number|code) ,? (?=(?:all|no|none|each|every|the|there|one|two|its|some|exactly|only) ) ->
digits :: ^an? (#num digit (?:#adj )?#number) (?:has|with) (?:its )?digits in (increasing|decreasing|ascending|descending) order$ -> there is a \1 ¶ its digits are in \2 order
digits :: (#num digit (?:#adj )?#number) with (?:its )?digits in (increasing|decreasing|ascending|descending) order -> \1 ¶ its digits are in \2 order
root :: (square|cube) root is a whole number -> \1 root is an integer
remainder :: ^a remainder of (#num) when (?:i am |it is )?divided by -> it leaves a remainder of \1 when divided by
there :: ^there is an? (odd|even|prime|palindromic) (#num digit #number)$ -> there is a \2 ¶ it is \1
add multiply :: ^(?:when|if) you (?:add|sum) (?:up |together )?the digits of (?:this|the|my|a) (#num digit number) ,? you get (.+)$ -> there is a \1 ¶ the sum of its digits is \2
is :: ^is there (?=an? (?:\w+ )?#num digit #number) -> there is
code :: ^(?:.* )?(?:number|code|combination|pin) is (a code of #num (?:(?:different|distinct) )?digits)$ -> there is \1
code :: ^(?:i am|we are) thinking of (a code of #num (?:(?:different|distinct) )?digits)$ -> there is \1
code :: ^(?:there is )?(a code) of (#num) (different|distinct) digits$ -> there is a code of \2 digits ¶ all different
lock padlock safe vault :: ^(?:a|an|the|my|our) (?:\w+ )?(?:lock|padlock|safe|vault) has an? (#num) digit \w+$ -> there is a \1 digit code
clock watch :: ^(?:a|an|the|my|our) (?:[\w-]+ )*(?:clock|watch) (?:shows|displays|reads) (?:a )?(?:time )?(?:with |of )?(#num) digits$ -> there is a \1 digit code
letters :: ^.*\bletters (?:are used|stand|are written|represent|replace|are substituted)(?: for| in place of| instead of) digits$ ->
forms form :: ^(.+?) (?:forms?|makes?) (an? [\w ]+?)(?: number)? ,? and so (?:do|does) (.+)$ -> \1 are \2 ¶ \3 are \2
number :: ^(.+ of .+) (is|equals|gives|makes) an? (#num digit number) (?:that|which) (is|has|ends|starts|begins|contains) (?=\S) -> \1 is a \3 ¶ \1 \4
each all every :: ^(?:each|all|every one) of the (?:digits|numbers) (\d .*?) (?:is|are) used (?:exactly |only )?once(?: each)? ,? (?:to (?:write|make|form|create)|in|as) (?:a|the) (?:#num digit )?(number|integer|code) (\w+)$ -> the digits are \1 in some order
which that :: ((?:find|there is|what is|consider) an? #num digit #number ,? (?:in which|where|with the property that|such that)) (each of the digits \d (?:to|through|-) \d (?:appears|is used|occurs) exactly once) ,? (?:such that|and|so that|where) (?=\S) -> \1 \2 ¶
whose :: (whose digits are .+?) ,? and which (is|has|can|ends|leaves) (?=\S) -> \1 ¶ it \2
consecutive :: ^an? (#num digit #number) has (?:#num )?consecutive digits in (increasing|decreasing|ascending|descending) order$ -> there is a \1 ¶ its digits are consecutive ¶ its digits are in \2 order
only :: ((?:find|there is|consider) an? #num digit #number) with only (odd|even|prime) digits (?=whose|that|which|and|,|$) -> \1 ¶ every digit is \2 ¶ a number
whose :: ¶ a number whose (?=\S) -> ¶ its
whose :: ,? and whose (?=\S) -> ¶ its
written placed arranged put :: ^(?:the )?digits (\d) , (\d) and (\d) are (?:written|placed|arranged|put)(?: down)? in (?:a|some) (?:row|line|order)(?: ,)?.*$ -> there is a 3 digit code ¶ the digits are \1 , \2 and \3 in some order
written placed arranged put :: ^(?:the )?digits (\d) , (\d) , (\d)(?: ,)? and (\d) are (?:written|placed|arranged|put)(?: down)? in (?:a|some) (?:row|line|order)(?: ,)?.*$ -> there is a 4 digit code ¶ the digits are \1 , \2 , \3 and \4 in some order
written placed arranged put :: ^(?:the )?digits (\d) , (\d) , (\d) , (\d)(?: ,)? and (\d) are (?:written|placed|arranged|put)(?: down)? in (?:a|some) (?:row|line|order)(?: ,)?.*$ -> there is a 5 digit code ¶ the digits are \1 , \2 , \3 , \4 and \5 in some order
written placed arranged put :: ^(?:the )?digits (\d) (?:to|through|-) (\d) are (?:written|placed|arranged|put)(?: down)? in (?:a|some) (?:row|line|order)(?: ,)?.*$ -> there is a \2 digit code ¶ the digits are \1 to \2 in some order
digits :: ^(code|combination|number|pin) of (#num) digits , all different$ -> there is a \1 of \2 digits ¶ all different
each :: ^there are (#num) numbers ,? each (?:of (?:them|which) )?(?:is )?an? (?:single )?digit$ -> there are \1 digits
grid square table box boxes cells :: ^(let .+ be (?:(?:different|distinct|nonzero) )*digits) (?:of|in) .*\b(?:grid|square|table|box|boxes|cells)$ -> \1
digits :: ^(there are #num digits) : (?=#num \d(?: ,| and)) -> \1 ¶ listed
with :: ((?:there is|find|it is|consider) an? #num digit #number) with (?:exactly )?(#num) (?:different|distinct) digits$ -> \1 ¶ the number of different digits is \2
sum :: ^the sum of an? (#num digit number) and (?:its digits|the sum of its digits) is (.+)$ -> there is a \1 ¶ the sum of the number and the sum of its digits is \2
digits :: ^the digits of an? (#num digit #number) (?=(?:add|sum|multiply|are|differ) ) -> there is a \1 ¶ its digits
numbers :: ^how many (#num) digit ((?:#adj )?)(?:positive )?(?:numbers|integers|codes) (?:are there|exist|there are) (?:in which|such that|where|for which|with the property that) (?=\S) -> find a \1 digit \2 number ¶ how many solutions are there ¶
letters :: ^each of the (?:different )?letters (?:stands for|represents|is) a (?:different|distinct|unique) (?:number|digit)$ -> each letter is a different digit
letter letters :: (letters?|letter) (stands? for|represents?|means?) (a different|different|distinct) numbers? -> \1 \2 \3 digit
reversed :: ,? whose digits are reversed when (?:it is |the number is )?multiplied by (#num) -> ¶ \1 times the number is the reversed number
as :: (#num digit #number) (?:has|with|having) (\d) as (?:its|the) ((?:#ord|#place) digit) -> \1 ¶ its \3 is \2
property :: ^how many (#num) digit ((?:#adj )?)(?:numbers|integers) (?:have|having) the property that -> find a \1 digit \2 number ¶ how many solutions are there ¶
all :: ^(?:find|determine|list) all (?:the )?(#num digit (?:#adj )?)numbers ([a-z]) (?:having the property that|with the property that|such that|for which|that) -> let \2 be a \1 number ¶
with :: (#num digit #number) ,? with no (zeros?|zeroes|0s?) ,? (?:and )?(?:in which|such that|where|for which) -> \1 ¶ i have no 0 ¶
different distinct unique :: ^(how many #num digit #number) have #num (?:different|distinct|unique) digits ,? (?:where|and|such that|with|so that)? ?(?:the )?(?=\S) -> \1 have different digits ¶ the
starting beginning :: (each|every) digit ,? (?:starting|beginning) (?:with|from|at) the third(?: digit| one)? ,? is the sum of the two (?:preceding|previous) digits -> each digit is sumoftwobefore
correct right exact :: ^(find|determine|what is|give|identify) (?:the |a )?(?:correct|right|exact) (?=#num digit) -> \1 the
different distinct :: ^(#num) (?:different|distinct) digits ,? (?:all )?(?:from )?(\d) (?:to|through|-) (\d) ,? (?:are|is) (?:required|needed|used|necessary)(?: to .*)?$ -> ¶ all different ¶ every digit is between \2 and \3
consecutive successive :: ^(?:it|i|the number|the code|the pin|my number) (?:consists|consist|is made up|is composed|is made|is formed) of (?:#num )?(?:consecutive|successive) digits ,? but not in (?:the |that |this )?(?:\w+ )?order -> its digits are consecutiveinanyorder ¶ its digits are not consecutive
consecutive successive :: ^(it|i|the number|the code|the pin|my number|an? #num digit number) (?:consists|consist|is made up|is composed|is made|is formed) of (?:#num )?(?:consecutive|successive) digits ,? (?:\( )?(?:but )?(?:not necessarily in|in any|in some) (?:the |that |this )?(?:\w+ )?(?:order)?(?: \))?(?: ,)?(?: (?:so|such) that)? -> \1 ¶ its digits are consecutiveinanyorder ¶
used :: ^(?:the )?digits ((?:\d+ ,? ?(?:and )?)+?) are (?:all |each )?used (?:exactly |only )?once(?: each)? (?:to (?:write|make|form|create)|in|as) (?:a|the) #num digit (number|integer) (\w+) -> ¶ find the number \3 ¶ the digits are \1 in some order ¶
if :: ^if (.+ (?:are|is) .+) , what (?:possible )?(?:values?|digits?|numbers?) (?:would|could|will|can|do|does|must|make|should) .*$ -> \1
composed made consisting formed :: (#num digit #number) ,? (?:that is |which is )?(?:composed|made up|made|consisting|formed) of (?:#num )?(?:different|distinct) digits -> \1 ¶ all different ¶
other :: ¶ ,? (?:and )?other than (\d+)$ -> ¶ the number is not \1
other :: (#num digit (?:#adj )?#number) ,? other than (\d+)$ -> \1 ¶ the number is not \2
containing without :: (#num digit (?:#adj )?#number) (?:not containing|containing no|without) (?:an? |any )?(zeros?|zeroes|\d)(?:s)? (?:that|which) (?:exactly )?(?=\S) -> \1 ¶ i have no \2 ¶ i
in :: ,? and in which (?=\S) -> ¶
added subtracted :: ,? (?:and|but) (if|when) (?=#num (?:is|are) (?:added|subtracted)) -> ¶ \1
from :: ^(?:from|using|with) (?:the |these |all )?(?:following )?(?:#num )?(?:clues|hints|facts) (?:below |above )?,? (find|determine|work out|crack) -> \1
open opens unlock unlocks :: (#num digit #number) (?:that|which) (?:will |can |would )?(?:opens?|unlocks?) .*$ -> \1
number :: ^(?:find|what is|determine|give) the (smallest|lowest|least|largest|biggest|greatest|highest) possible (?:number|value) (?:for|of) (\w+)$ -> \2 is \1 possible
use using :: ^(?:use|using) (?:all )?(?:of )?(?:each of )?the digits (.+?)(?: ,)?(?: exactly| only| just)? once(?: each)? ,? (?:write|make|form|find|create|build|what is) -> ¶ the digits are \1 in some order ¶ find
multiplied :: ^(.+) is multiplied by (#num) ,? (?:and )?(?:the )?(?:answer|result|product) is -> \1 times \2 is
digits :: (code|number|pin|combination) of (#num) digits , all different$ -> \1 of \2 digits ¶ all different
with :: (#num digit #number) with (at least|at most|exactly|only) (#num) (?:different|distinct) digits$ -> \1 ¶ there are \2 \3 different digits
divide :: ^(?:if|when|whenever) (?:you|we) divide (?:me|it|the number|my number|this number) by ((?:#num , )+)(?:or|and) (#num) ,? (?:then )?(?:you |we |there )?(?:always )?(?:get|have|are left with|is|the|it leaves|i leave) (?:always )?(?:a |the )?remainder (?:is |of |will be )?(?:always )?(#num)(?: left)?$ -> i leave a remainder of \3 when divided by \1 and \2
form :: ^an? (?:\w+ )?number has the form [a-z-]+(?: - [a-z]+)+ ,? where (?=(?:each|every|different) letter) ->
that :: ^that is , (?=\S) ->
and :: ^and (?=\S) ->
letter letters :: ^in (?:the|this) (?:\w+ )?(?:addition|sum|multiplication|problem|equation|puzzle|calculation|subtraction|cryptarithm|alphametic)(?: problem| sum| puzzle)? ,? (?=(?:every|each|different|all|no|distinct) ) ->
below following above :: ^in (?:the|this) (?:\w+ )?(?:addition|sum|multiplication|problem|equation|puzzle|calculation|subtraction|cryptarithm|alphametic|product|division)(?: problem| sum| puzzle)?(?: below| above| shown)?(?: here)?(?: ,| :)? (?=\S) ->
if :: ^((?:what|which) .*(?:becomes|is|has|gets) .*), if (its|my|the) (?=\S) -> \1 ¶ \2
numbers integers :: ^(?:determine |find |tell me |work out |say )?how many (#num) digit ((?:#adj )?)(?:positive )?(?:numbers|integers|codes) (?:satisfy|have|meet|fulfil|fulfill|possess) (?:the )?(?:following )?(?:property|condition|conditions|properties)(?: :)? (?=\S) -> find a \1 digit \2 number ¶ how many solutions are there ¶
numbers :: ^how many (#num) digit ((?:#adj )?)(?:positive )?(?:numbers|integers|codes) (?:have|has) digits whose (sum|product|total) -> find a \1 digit \2 number ¶ how many solutions are there ¶ the \3 of its digits
contains contain with has have :: (?:that |which )?(?:contains|contain|with|has|have) no (?:zeros?|zeroes|0s?) (?:and|or|,) (?:contains |has |with )?(?:no )?(?:repeated|repeating|repeats|duplicate|duplicated|duplicates)(?: digits?)?(?:(?: ,)?(?: and)? that)? -> ¶ i have no 0 ¶ no repeated digits ¶
contains contain with has have :: (?:that |which )?(?:contains|contain|with|has|have) no (?:repeated|repeating|repeats|duplicate|duplicated|duplicates)(?: digits?)? (?:and|or|,) (?:contains |has |with )?(?:no )?(?:zeros?|zeroes|0s?)(?:(?: ,)?(?: and)? that)? -> ¶ i have no 0 ¶ no repeated digits ¶
number :: ^(?:it|this) is an? (?:\w+ )?number (?:with|of) (#num) digits -> there is a \1 digit number ¶
number :: ^(?:it|this) is an? (?:\w+ )?number (?:with|of) (#num) (?:different|distinct|unique) digits -> there is a \1 digit number ¶ all different ¶
digits :: (?:digits|numbers) (?:that are )?(?:next|adjacent) to each other -> any two neighbouring digits
arrange rearrange :: ^(?:arrange|rearrange) (?:all )?(?:of )?the (?:digits|numbers) (.+?)(?: ,)?(?: exactly| only| just)?(?: once each| one each| once| each once)? (?:to make|to form|into|so that they make|so that they form|to create) an? (#num) digit (number|code)$ -> there is a \2 digit \3 ¶ the digits are \1 in some order
if :: ^(?:what|who) (?:is|are|am) [^,]*? if (?=(?:its|the|my|your|his|her) (?:\w+ )?(?:digits?|number) |it is|i am) ->
need needs requires require consists :: ^.*?(?:need|needs|requires|require) (#num) (?:different|distinct) (?:digits|numbers)(?: ,)? (?=from|between) -> there is a \1 digit code ¶ all different ¶ each digit is
need needs requires require consists :: ^.*?(?:need|needs|requires|require) (#num) (?:digits|numbers)(?: ,)? (?=from|between) -> there is a \1 digit code ¶ each digit is
uses use :: ^.*? uses? (?:only )?(?:the )?digits 0 (?:-|to|through) 9(?: ,)?(?: and)? ?(?=\S) ->
uses use :: ^.*? uses? (?:only )?(?:the )?digits 0 (?:-|to|through) 9$ ->
replaced :: ^(?:in (?:this|the) .* )?(?:each |every |the |all )?(?:digit|digits) (?:has|have) been replaced (?:by|with) (?:an? |different )?letters?$ ->
if :: ^if (.*?) ,? (?:then )?(?:what|which) (?:digit|digits|number|numbers) (?:does|do|is|are|did) .*$ -> \1
range :: ^(?:the |its |all )?digits range from -> each digit is from
of :: ^(?:an? |the )?(code|combination|number) of (#num) digits(?=$| ,| where| with| such| whose) -> there is a \2 digit \1
it that which so i they :: (?<!of )(?<!, )\( ((?:it|that|i|they) (?:is|am|are|reads?|has|have|contains?) .+) \)$ -> ¶ \1
solutions answers possibilities numbers codes combinations values :: ^find all (?:possible |the |such )*(?:solutions|answers|possibilities|numbers|codes|combinations|values)$ ->
decimal :: ^i am a decimal(?: number)? (?=between|greater|less|more|smaller|larger) -> i am
uses using :: (#num digit #number) (?:that |which )?(?:uses|using) (?:each|all) of the digits (\d (?:to|through|-) \d) (?:exactly )?once(?: each)?(?: ,)?(?: such that| so that| and| where| in which)? ?(?=\S) -> \1 ¶ its digits are \2 in some order ¶
if :: ^if (.*?) ,? (?:then )?what (?:is|are) (?:the )?(?:values? of )?(?:[a-z]|digits?|numbers?)(?: .*)?$ -> \1
different distinct :: (?: ,)?(?: and)? ?with all (?:of )?(?:its |the )?digits (different|distinct) -> ¶ all different
other :: ^(?:it|i|the number|the code) (?:has|have) no other digits$ ->
if :: ^(?:decode|solve|crack|work out|complete|find) (?:the |this )?(?:sum|addition|puzzle|problem|cryptarithm|alphametic|multiplication|product|subtraction) if (?=\S) ->
letter :: ^(?:each|every) letter (?:represents|is|stands for) (?:a|one|a single|exactly one) digit ,? (?:and )?different letters (?:are |represent |stand for |mean )?different digits$ -> each letter is a different digit
property :: ^(?:the )?(?:#num digit )?(?:number|integer) [a-z]+ has (?:an? |the )?(?:\w+ )?property (?:that|:|: that) ->
digits :: ^the (?:last|first) (#num) digits of (?:(?!square|cube|twice|sum|product|its|the number|times)[\w']+ )*number (are|is|add|form|have) -> there is a \1 digit code ¶ its digits \2
used :: ^(?:each|all|every one) of the (?:digits|numbers) (\d (?:to|through|-) \d) (?:is|are) used (?:exactly |only )?once$ -> the digits are \1 in some order
used :: ^the (?:digits|numbers) (\d (?:to|through|-) \d) are (?:each |all )?used (?:exactly |only )?once(?: each)?$ -> the digits are \1 in some order
square :: ^in (?:the|this) (?:\w+ )?magic square(?: below)?(?: :)?$ ->
consecutive :: (?:that )?(?:consists|is made up|is composed|is made) of (?:#num )?consecutive digits ,? in (increasing|decreasing|ascending|descending) order -> ¶ its digits are consecutive ¶ its digits are in \1 order
consecutive :: (?:that )?(?:consists|is made up|is composed|is made) of (?:#num )?consecutive digits -> ¶ its digits are consecutive
starting beginning :: , (?:starting|beginning) with an? (odd|even) (?:one|digit|number) -> ¶ the first digit is \1
let :: ^let ([a-z]) and ([a-z]) be the tens (?:digit )?and (?:the )?(?:ones|units)(?: digits?)?(?: ,)?(?: respectively ,?)? of an? (?:two|2) digit (?:positive )?(?:number|integer)$ -> there is a two digit number ¶ let \1 = the tens digit ¶ let \2 = the ones digit
both :: ^(.+?) (is|am|are) not (an? )?(multiple of|divisible by|factor of) both (.+?) and (.+)$ -> not ( \1 \2 \4 \5 and \1 \2 \4 \6 )
both :: ^(.+?) (is|am) divisible by (#num) or (?:by )?(#num) ,? but not (?:by )?both$ -> either \1 \2 divisible by \3 or \1 \2 divisible by \4
between :: (between \S+ and \S+) (?:that|which) (is|has) (?=\S) -> \1 ¶ i \2
if given :: ^(?:what|which|who)(?: (?:number|code|digit|digits|letter|pin))? (?:is|am|are|was|could|can|must|does|do|would) [^,]*?(?: ,)? (?:if|given that|provided that|knowing that) (?=\S) ->
if :: ^(if .*?then .*?) ,? and (?=if .* then .*) -> \1 ¶
if :: ^((?!if ).+?) , and (?=if .+) -> \1 ¶
of :: (?:consists|is made up|is composed) of the (?:digits|numbers) (?=\d) -> ¶ the digits are
digits :: (?:has|have) (?:#num )?(?:different|distinct) digits , (none|all|each) of (?:which|them) (is|are) -> ¶ all different ¶ \1 of the digits is
digits :: (?:has|have) (?:#num )?(?:different|distinct) digits , (none|all|each) of (?:which|them) (?=greater|less|larger|smaller|at|odd|even|prime) -> ¶ all different ¶ \1 of the digits is
used :: ^(?:each|all|every one) of the (?:digits|numbers) (\d .*?) (?:is|are) used (?:exactly |only )?once$ -> the digits are \1 in some order
that :: ,? and that (is|has|can|leaves|ends|contains|begins|starts) (?=\S) -> ¶ it \1
itself :: (#num digit #number) (?:that |which )?(?:describes itself|describes its own digits|is self descriptive)(?: :)? ?(?=\S) -> \1 ¶
which :: ^for which (#num) digit (?:positive )?(?:numbers|integers|codes) (?:is|are) (.+?) (equal to|divisible by|greater than|less than) (.+)$ -> find a \1 digit number ¶ how many solutions are there ¶ \2 is \3 \4
different distinct :: (?:that )?(?:consists|is made up|is composed|is made) of (#num) (?:different|distinct) (odd|even|prime) digits -> has \1 digits ¶ all different ¶ all digits are \2
different distinct :: (#num digit #number) with (?:#num )?(?:different|distinct) (odd|even|prime) digits -> \1 ¶ all different ¶ all digits are \2
that :: , that (is|has|can|leaves|ends|contains|begins|starts) (?=\S) -> ¶ it \1
different distinct :: (#num digit #number) with (?:#num )?(?:different|distinct) digits (?:that|which) (is|has|can|leaves|ends) (?=\S) -> \1 ¶ all different ¶ it \2
contains has :: ^an? (#num digit #number) (?:contains|has) (?=#num \d ,|(?:two|three|four) \d and) -> there is a \1 ¶ i have
between :: , (?:and )?(?=there (?:is|are) (?:exactly )?#num digits? between) -> ¶
look think :: ^if you (?:look|think) (?:closely|carefully|about it|twice|at me)(?: closely)? , (?=\S) ->
which :: ,? and which (is|has|can|leaves|ends|contains|begins|starts) (?=\S) -> ¶ it \1
each :: ^there are (#num) (digits|numbers) ,? each (?:of (?:them|which) )?(?=\S) -> there are \1 \2 ¶ each digit is
which :: ^which (number|code) (between .+?) (?:has|with) digits (?:that|which) (?=\S) -> i am a \1 \2 ¶ its digits
and :: ^and (?=(?:the|its|my|all|it|i|each|every|no|none|they|their) ) ->
such :: ^(?:find|determine|what is|which is|consider|given is) the (?:#num digit )?(?:number|numbers|code|word|integer) [a-z]+ (?:such that|so that|for which|if|given that|where) (?=\S) ->
such :: ^the (?:#num digit )?(?:number|integer) [a-z][a-z]+ is such that (?=\S) ->
each every :: ^(?:each|every) letter (?:is|stands for|represents) (?:a|one|exactly one|a single|one single) digit(?: ,)?(?: and| but) (?=different|distinct|no) ->
digits :: ^(let .+ be|(?:[a-z] , )*[a-z](?: ,)? and [a-z] are) #num ((?:different |distinct |unique |nonzero |non zero )*digits)(?= ,|$| such| and| where| with) -> \1 \2
digits :: ^(?:the )?(?:letters|digits|numbers) ((?:[a-z] , )*[a-z](?: ,)? and [a-z]) (?:are|stand for|represent) (?:the )?(?:digits|numbers) (\d (?:to|through|-) \d) ,? in (?:some|any) order$ -> digits \1 ¶ the digits are \2 in some order
number integer :: ^an? (?:certain |mystery |secret )?(?:number|integer) (?:is|lies) (?=between \d+ and \d+$|(?:greater|more|larger|bigger) than \d+) -> i am
number :: (smallest|lowest|least|largest|biggest|greatest|highest) ((?:#adj )?)number of (#num) digits -> \1 \3 digit \2 number
such :: ^(?:it|i) (?:is|am) the (smallest|lowest|least|largest|biggest|greatest|highest) such number (?:that|which) (is|has|can) (.+)$ -> i \2 \3 ¶ the number is \1 possible
among :: ^among (?:its|my|the) digits , (?=\S) ->
digits :: (#num digit #number) with no (?:zeros?|zeroes|0s?)(?: and| or|,) (?:no )?(?:repeated|repeating|repeats|duplicate)(?: digits?)? ?(?: :| ,)? (?=\S) -> \1 ¶ i have no 0 ¶ no repeated digits ¶
digits :: (#num digit #number) with no (?:repeated|repeating|duplicate) digits (?:and|or|,) (?:no )?(?:zeros?|zeroes|0s?) ?(?: :| ,)? (?=\S) -> \1 ¶ i have no 0 ¶ no repeated digits ¶
digit :: ^(?:an?|what|which|find an?|find the|i am an?|there is an?) (#num) digit (number|integer|code) (?:has|with|that has|which has|having) an? ((?:#place|#ord) digit) (?:that|which) is (.*)$ -> there is a \1 digit \2 ¶ its \3 is \4
digit :: (?:, and|,|and) (?:has |with )?an? ((?:#place|#ord) digit) (?:that|which) is -> ¶ its \1 is
digit :: ^(?:i|it|the number|my number) (?:has|have) an? ((?:#place|#ord) digit) (?:that|which) is -> its \1 is
with of having :: ^i am an? ((?:perfect )?(?:square|cube)|palindrome|prime|prime number|multiple of \d+|square number) (?:with|of|that has|which has|having) (?:exactly )?(#num) digits$ -> i am a \2 digit number ¶ i am a \1
remainder :: ^(?:if|when|whenever) (?:you|we) divide (?:me|it|the number|my number|this number) by (#num) ,? (?:then )?(?:you |we )?(?:get|have|are left with|there is|the|it leaves|i leave) (?:a |the )?remainder (?:is |of |will be )?(#num)(?: left)?$ -> i leave a remainder of \2 when divided by \1
order :: (reversing|reverse|reversed) the order of (?=its|my|the|their|your) -> \1
reversed reverse reverses interchange places :: ^((?:if|when) .*(?:added to|subtracted from|add|subtract) .*?) ,? (?:then )?(?:the |its )?(?:digits|number) (?:of the number )?(?:(?:are|is|get|gets|become|becomes) reversed|reverse|reverses|is the reverse|is its reverse|interchange|swap places)$ -> \1 , the result is the reversed number
bull bulls cow cows :: ^.*\bbulls?\b.*(?:right|correct) (?:place|position|spot).*\bcows?\b.*wrong (?:place|position|spot).*$ ->
consisting consists composed made comprises :: (?:that |which )?(?:consisting|consists|is composed|composed|is made up|made up|is made|comprised|is comprised) of (?:exactly )?(#num) ((?:different |distinct |unique |single )?)digits -> has \1 \2 digits
contains containing comprises :: (?:contains|containing|comprises) (?:exactly )?(#num) ((?:different |distinct |unique )?)digits(?=$| ,) -> has \1 \2 digits
there :: there (?:are|is) (?:exactly |only )?(#num) digits? (?:in|of|to) (?:#det )?(?:secret |mystery )?(#number) -> the \2 has \1 digits
digits :: (?:am|is) (#num) digits? long -> has \1 digits
digits :: digits (?:whose|and (?:the|their)|with(?: a)?) (sum|product|total)(?: is| of) (#num) -> digits ¶ the \1 of the digits is \2
whole natural positive mystery secret counting unknown certain particular special magic favourite favorite lucky licence license registration plate :: (?:whole|natural|positive|mystery|secret|counting|unknown|certain|particular|special|magic|favourite|favorite|lucky|licence|license|house|registration|plate) (?=(?:positive |mystery |secret |plate )?(?:#number|#num digit)(?: |$)) ->
smallest lowest least largest biggest greatest highest :: (?:what is |find |i am |which is |give |determine )?the (smallest|lowest|least|largest|biggest|greatest|highest) (?:possible )?((?:#adj )?)(#num) digit ((?:#adj )?)(?=number|multiple|code|integer|palindrome|prime|square|perfect)(.*)$ -> find the \3 digit \2 \4 \5 ¶ the number is \1 possible
smallest lowest least largest biggest greatest highest :: ^(?:find|what is|determine|give) the (smallest|lowest|least|largest|biggest|greatest|highest) (?:possible )?value (?:possible )?of (\w+)$ -> \2 is \1 possible
smallest lowest least largest biggest greatest highest :: ^(?:i am|it is|find|what is|determine) the (smallest|lowest|least|largest|biggest|greatest|highest) (?:possible |such )?(number|code)(?: possible)?$ -> the number is \1 possible
pin :: pin (?:code|number) -> pin
passcode keycode pass access door security secret lock entry :: (?:passcode|keycode|(?:pass|access|door|security|secret|lock|entry) code) -> code
these those following properties clues :: (?:which |that )?(?:has|have|with|fits|fit|matches|match|satisfies|satisfy|meets|meet|fulfils|fulfills) (?:all )?(?:of )?(?:the following|the|these|those|all|all these)(?: #num)?(?: \w+)? (?:properties|property|conditions|clues|features|characteristics|facts|rules|hints|requirements|criteria|statements)(?: below)? ->
such :: (?:is|are) such that -> such that
digits figures :: (?:with|has|have|is) (?:exactly )?(#num) ((?:different |distinct |unique )?)(?:digits|figures)(?: long)? (?:, and|,|and|but|, but) (?:it |i |that |which |the number )?(?!\d|#num) -> has \1 \2 digits ¶ i
digits :: ¶ i (all|no|none|each|every|its|my|their|they|the|digits|it|in|when|if) -> ¶ \1
none :: none of (?:them|which|these) (zero|0|zeros|odd|even|prime|repeated) -> none of them is \1
none :: none of which (?:is|are) -> none of them is
all :: all of them (different|distinct|unique|odd|even|prime|the same) -> all digits are \1
whose :: (?:, and|,|and) whose -> ¶ its
property :: ^(?:the )?(?:\w+ digit )?(?:number|integer) \w+ (?:has|have) (?:the )?property that ->
property :: (?:has|have) (?:the )?(?:property|feature|characteristic) that -> ¶
answers solutions possibilities answer solution :: ^there (?:is|are) (?:only |exactly |more than )?(?:#num|several|many) (?:possible )?(?:answers?|solutions?|possibilities)$ ->
satisfies fulfils meets following these :: ^(?:the |this |my |a )?(?:code|number|it|combination) (?:satisfies|fulfils|meets|obeys|follows|has)(?: all)?(?: the| these| of the)?(?: following)?(?: \w+)?$ ->
row line :: (#num) digits in a (?:row|line) -> \1 digits
if :: ^what (?:is|are) (?:the )?(?:possible )?(?:values? of |values? )?(?:\w+ )?(?:, )?if (?=[a-z] =|[a-z] is|the |my |its ) ->
says said tells writes notice saying :: ^[^:,]*(?:says|said|tells|writes|wrote|notice|found a note|says that|reads|saying)(?: \w+)? ?: (?=\S) ->
numbers :: ^how many (#num) digit ((?:#adj )?)(?:positive )?(?:numbers|integers|codes) (?:are there|exist|there are)? ?whose -> find a \1 digit \2 number ¶ how many solutions are there ¶ its
numbers :: ^how many (#num) digit ((?:#adj )?)(?:positive )?(?:numbers|integers|codes) (?:are there )?(?:exist )?(?:that |which |such that |in which |with )?(?=have|has|are|is|the|digits|contain|their|all) -> find a \1 digit \2 number which ¶ how many solutions are there ¶ i
digits :: (?:i )?(?:has|have) digits (?:that|which) -> its digits
digits :: (?:^|¶ )i (?:the|their|its|all) -> its
digits :: (?:do|does) not (?:have|contain) (?:any )?two (?:equal|identical|same) digits -> have no repeated digits
digits :: (?:i |it |the number |the code |my number )?(?:has|have|with) two (?:equal|identical|same) digits -> two of the digits are the same
between :: ^(?:what|which|find|find the|find a|find an|an?|think of a|the)(?: is the)? ((?:odd |even |prime |square |whole )?)(?:number|year|integer) between (\d+) and (\d+) (?:that |which |whose )?(?=\S) -> i am between \2 and \3 ¶ i am a \1 number ¶ i
and :: ^i am a number$ ->
and :: , and ([a-z]) and ([a-z]) are digits -> ¶ \1 and \2 are digits
stand stands row line :: ^(?:there are )?(#num) digits (?:stand |are written |are standing |sit |are |stand side by side )?in a (?:row|line) -> there are \1 digits
wheels dials rings rotors tumblers reels :: ^[^,]*(?:has|with) (#num) (?:wheels|dials|rings|rotors|tumblers|reels)(?: ,)?(?: and)?(?: each \w+ (?:shows|has|carries) (?:one|a) digit)?(?: ,? ?(?:each )?(?:with|showing|numbered|from)(?: the)?(?: digits| numbers)?(?: from)? 0 (?:to|through|-) 9)?$ -> there is a \1 digit code
letters letter :: ^letters stand for digits : (?=\S) ->
letters letter :: ^each letter (?:is|stands for|represents) a digit$ ->
letters letter :: (?:each|every) letter (?:has|gets|stands for|represents) (?:its|a) (?:own|unique|single different) digit -> each letter is a different digit
letters letter :: ^(?:different|distinct) letters (?:, |are |mean |represent |stand for )?(?:different|distinct) digits$ -> each letter is a different digit
letter letters same :: (?:, and |, |and )?(?:the )?same letters? (?:always )?(?:stands?|represents?|means?|has|have|,)? ?(?:for )?(?:always )?the same digit(?: everywhere| throughout)?$ ->
use using arrange place put write :: ^(?:use|using|arrange|place|put|write|rearrange) (?:all )?(?:of )?(?:each of )?the digits (.+?)(?: ,)?(?: exactly| only| just)?(?: once each| one each| once| each once| each exactly once| each)? (?:to make|to form|to create|to write|to get|make|form|and form|in the boxes|into the boxes|in the letters|so as to make|write) -> ¶ the digits are \1 in some order ¶ find
has have :: (?:has|have) (#num) (?:different|distinct|unique) digits -> has \1 digits ¶ all different
digits :: ^i (all|no|none|each|its|my|their|whose) -> \1
remembers remembered remember knows know recalls noticed notices told known given :: ^(?:but |so |luckily |all )*(?:he|she|they|you|we|i|it|\w+) (?:only |also |still |do |does |did |is |are |was )*(?:remembers|remember|remembered|knows|know|recalls|noticed|notices|told|known|given)(?: also| only)? that (?=\S) ->
in :: ^in (?:the|this) (?:\w+ )?(?:addition|sum|multiplication|problem|equation|puzzle|calculation|subtraction|cryptarithm|alphametic)(?: problem| sum| puzzle)? (?=\w+ [+*-]) ->
digits :: ((?:are|be) (?:different |distinct |nonzero |non zero |single |non-zero )*digits) (?:such that|so that|for which|where|satisfying|and|,|with) (?!\d) -> \1 ¶
letters letter :: (?:different letters|each letter|letters|every letter) (?:stand|stands|represent|represents) (?:for )?(?:different|distinct|a different|unique) digits? : (.*) -> digits \1 ¶ all different
replace substitute replacing :: (?:replace|substitute|replacing) (?:each|every|the) letters? (?:by|with|for) (?:a )?(?:different|distinct|unique|its own) digits?(?: from 0 to 9)?(?: so that| to make| such that| in order to)?(?: the| this)?(?: following)?(?: sum| addition| equation| calculation)?(?: correct| true| work| below| is correct| is true| is right)*(?: :)? -> each letter is a different digit ¶
where with :: (?:,|, and) (?:where|with|if|and|given that) (?=(?:each|every|different|all|no two|distinct|the) (?:\w+ )?letters?) -> ¶
if :: ^find (.*? number),? if (?=the|its|my) -> find \1 ¶
suppose :: ^suppose (?:that )?(?=[a-z] ,|[a-z] and) -> let
reversed formed obtained interchanging :: (?:the )?number (?:formed|obtained) (?:by|when|if) (?:interchanging|reversing|swapping|exchanging) (?:the|its) (?:two )?digits -> the reversed number
if what find :: ^if (.*?) ,? (?:then )?(?:find|determine|calculate|what (?:is|are|was)|which (?:number|digit|code)|who (?:am|is)|how many)(?= |$)[^,]*$ -> \1
find determine :: ,? (?:and )?(?:then )?(?:find|determine|what is|what are|calculate) (?:the |my )?(?:\w+ )?(?:number|code|value|numbers|digits|combination|pin)(?: of \w+)?$ ->
called named :: (?:called|named) ([a-z])(?= ) -> \1
whose :: (?<!to a )(#num digit (?:#adj )?#number) whose (?=\S) -> \1 ¶ its
and :: ¶ and (?=\S) -> ¶
find list give name write which what :: ^(?:find|list|give|name|write|which|what)(?: down)?(?: all| every)?(?: of)?(?: the)? (#num) digit (#adj )?numbers -> find a \1 digit \2 number
digits :: ^((?:i am|it is|the number is) .+?(?<!number)) with (?:exactly )?(#num) (?:different|distinct|unique) digits$ -> \1 ¶ the number of different digits is \2
digits :: ^((?:i am|it is|the number is) .+?(?<!number)) with two (?:equal|identical) digits$ -> \1 ¶ two of the digits are the same
each :: ^((?:[a-z] , )*[a-z](?: ,)? and [a-z]) each (?:stand for|stands for|represent|represents|are|is) (?:a|an|one) (?:single )?(?:different|distinct|unique) (?:digit|number)$ -> digits \1 ¶ all different
each :: ^((?:[a-z] , )*[a-z](?: ,)? and [a-z]) each (?:stand for|stands for|represent|represents|are|is) (?:a|an|one) (?:single )?(?:digit|number)$ -> digits \1
"""  # noqa: E501
)
"""Openings, questions and links between sentences."""
NAMED = rules(
    r"""
digits :: ^(?:the )?(?:letters|digits|numbers) ((?:[a-z] , )*[a-z](?: ,)? and [a-z]) (?:are|stand for|represent) (?:the (?:digits|numbers) )?(\d .*) ,? in (?:some|any) order$ -> digits \1 ¶ the digits are \2 in some order
is :: ^([a-z]) is an? (#num) digit ((?:#adj )?)number -> there is a \2 digit number \1 ¶ \1 is a \3 number
is :: ^([a-z]) is an? (#num) digit ((?:perfect )?square|cube|palindrome|prime|multiple of \d+)$ -> there is a \2 digit number \1 ¶ \1 is a \3
let suppose say :: ^(?:let|suppose|say) ([a-z]) (?:be|is) an? (#num) digit ((?:#adj )?)number(?: such that)? -> there is a \2 digit number \1 ¶ \1 is a \3 number ¶
are be :: ^(?:let )?([a-z]) and ([a-z]) (?:are|be) (?:two )?(?:different )?(#num) digit numbers -> there are two \3 digit numbers : \1 and \2
with has :: ^there is a number ([a-z]) (?:with|that has|having) (#num) digits -> there is a \2 digit number \1
there :: ^there is an? (#num) digit number ([a-z]) and an? (#num) digit number ([a-z]) -> there is a \1 digit number : \2 ¶ there is a \3 digit number : \4
"""  # noqa: E501
)
"""Numbers that are given a name where they are introduced."""
