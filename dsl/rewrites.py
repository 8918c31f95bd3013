"""Turns of phrase said in plainer words first: what people write, what the grammar reads.

Each line maps words (fillers dropped, ``x/y`` alternatives, ``?`` optional) to
other words at the same place; an empty right side drops them.
"""

from collections.abc import Container, Sequence
from functools import cache

from oedipus.dsl.calculations import calculated
from oedipus.dsl.deeds import deeds_told
from oedipus.dsl.patterns import apply, rules
from oedipus.dsl.phrases import expand
from oedipus.dsl.quantities import QUANTITIES
from oedipus.dsl.reader import Word

_TURNS = """
if and only if -> iff
only if/when -> implies
reads/read same backwards/backward as forwards/forward -> is palindrome
reads/read same forwards/forward as backwards/backward -> is palindrome
reads/read same if/when it is? reversed -> is palindrome
not as large/big/great/high/old as -> less than
not as small/low/young as -> greater than
from left to right ->
from right to left -> reversed order
when read/reading from left to right ->
in total/all ->
of course ->
from/to? each other ->
from/to? one another ->
unless -> if not
get/gets/become/becomes larger/bigger/greater -> increase
get/gets/become/becomes smaller -> decrease
lie/lies/fall/falls between -> is between
lie/lies/fall/falls strictly between -> is strictly between
can be evenly? divided evenly? by -> is divisible by
but not by -> but not divisible by
and not by -> and not divisible by
and by -> and divisible by
or by -> or divisible by
number/result formed/obtained/made by reversing/swapping/interchanging my/its/their? digits -> reversed number
number/result you/we get/obtain by reversing/swapping/interchanging my/its/their/your? digits -> reversed number
if/when my/its/their? digits are reversed/swapped/switched/interchanged , number/result is -> reversed number is
if/when my/its/their? digits are reversed/swapped/switched/interchanged , new/resulting number is -> reversed number is
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , number/result is -> reversed number is
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , new/resulting number is -> reversed number is
of mine ->
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , you/we get number? -> reversed number is
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits , you/we get another -> reversed number is
together ->
at all ->
if/when you/we add up? -> total of
if/when i am/is added to -> plus
adding up? -> total of
if/when you/we multiply -> product of
multiplying -> product of
if/when you/we double -> twice
doubling -> twice
if/when you/we reverse/swap/switch/interchange my/its/their/your? digits -> reversed number
if/when my/its? digits are reversed/swapped/switched/interchanged -> reversed number
if/when i am reversed -> reversed number
reversing/swapping my/its? digits -> reversed number
you/we get/obtain number? -> is
result is -> is
i become number? -> is
gives/give number? -> is
i increase/grow by -> is i plus
i decrease/shrink by -> is i minus
number increases/grows by -> is i plus
number decreases by -> is i minus
it increases by -> is i plus
it decreases by -> is i minus
original number? -> whole number
new number -> reversed number
if/when you/we divide me by -> remainder when i is divided by
i leave -> i leaves
leave remainder -> leaves remainder
stand/stands for -> are
represents/represent -> are
reads/read same forwards/forward and backwards/backward -> is palindrome
reads/read same backwards/backward and forwards/forward -> is palindrome
reads/read same backwards/backward -> is palindrome
is/am same forwards/forward and backwards/backward -> is palindrome
reads/read same in both directions/ways -> is palindrome
is/are odd or even -> is odd or even
is used only? once -> is different
appears only? once -> is different
occurs only? once -> is different
have same value -> are equal
have different values -> are different
i must be -> i am
as many as -> same as
"""

_GAPPED = rules(
    r"""
digits :: (sum of|product of|difference of|difference between|between) digits ([1-9]) and ([1-9]) -> \1 digit \2 and digit \3
digits :: ^digits ([1-9]) and ([1-9]) (?=are (?:equal|same|odd|even|prime|different|both)|add|sum|differ|multiply) -> digit \1 and digit \2
duplicates duplicate duplicated :: (?:there are no|there is no|has no|have no|no) (?:duplicate digits?|duplicated digits?|duplicates?)(?= |$) -> no repeated digits
appear appears occurs used present included occur :: (?:digit )?(#num) (?:does not appear|never appears|does not occur|is not used|is not present|is not included)(?: in number| anywhere| in code)?$ -> i has no \1
hit hits :: (#num|no) hits? -> \1 correct in right place
blow blows :: (#num|no) blows? -> \1 correct in wrong place
none :: none of (?:#own )?digits (?:repeats|repeat|is repeated|are repeated|occurs twice|appears twice) -> no repeated digits
backwards backward :: (?:same )?number (?:written |read )?backwards? -> reversed number
many :: (#ord) digit (?:tells|shows|says|gives|tells you|is|counts)? ?(?:us )?how many (\w+) (?:there are|(?:it|number|i) (?:contains|contain|has|have)) -> \1 digit is number of \2
many :: (?:tells|shows|says|gives|counts) how many (\w+) (?:there are|(?:it|number|i) (?:contains|contain|has|have)) -> is number of \1
other :: one (?:of (?:#own )?digits|digit) is (.+?) other(?: digit| one)?$ -> one digit is \1 another digit
bigger larger greater smaller :: (gets?|becomes?) (bigger|larger|greater|smaller) by (#num) -> becomes \3 \2
not :: (is|are) not one of -> \1 not among
corner corners :: corners? (?=[a-z](?: |$)) ->
from :: (#ord) digit from left -> \1 digit
from :: (?:first|1st) digit from right -> last digit
from :: (second|third|fourth|fifth) digit from right -> \1 last digit
if whenever when :: ^(?:if|whenever|when) (?:any |some )?digit is (#adj) ,? (?:then )?it (?=\S) -> every \1 digit
than :: than (?:all|either|each|any)(?: of)? (?=others|other two|other three) -> than
neighbours neighbors :: sum of (?:#own )?(?:two )?(?:neighbours|neighbors) -> ( previous digit + next digit )
once twice times :: (?:i|it|number|code) (?:contains?|has|have|includes?) (?:digit )?(#num) (?:exactly |only )?once -> number of digits equal to \1 is 1
once twice times :: (?:i|it|number|code) (?:contains?|has|have|includes?) (?:digit )?(#num) (?:exactly |only )?twice -> number of digits equal to \1 is 2
once twice times :: (?:i|it|number|code) (?:contains?|has|have|includes?) (?:digit )?(#num) (?:exactly |only )?three times -> number of digits equal to \1 is 3
once :: ^(?:digit )?(#num) (?:appears|occurs|is used|shows up) (?:exactly |only )?once(?: in (?:number|it|me|code))?$ -> number of digits equal to \1 is 1
twice :: ^(?:digit )?(#num) (?:appears|occurs|is used|shows up) (?:exactly |only )?twice(?: in (?:number|it|me|code))?$ -> number of digits equal to \1 is 2
times :: ^(?:digit )?(#num) (?:appears|occurs|is used|shows up) (?:exactly |only )?three times(?: in (?:number|it|me|code))?$ -> number of digits equal to \1 is 3
more :: (?:i|it|number|code) (?:have|has) (#num) more (#adj) digits? than (#adj)(?: digits?| ones)? -> number of \2 digits is \1 more than number of \3 digits
sum :: sum of (two|three) of (?:#own )?digits is (#num) -> \1 of digits add up to \2
product :: product of (two|three) of (?:#own )?digits is (#num) -> \1 of digits multiply to \2
inclusive :: ,? (?:both )?inclusive(?:ly)?$ ->
exclusive exclusively :: between (\S+) and (\S+) ,? (?:exclusive|exclusively|not inclusive)$ -> strictly between \1 and \2
divided :: ^(?:when |if )?divided by (.+?) ,? (?:i|it|number) (?:leaves?|gives?|has) (?:remainder|remainder of) (#num)$ -> i leaves remainder \2 when divided by \1
remainder :: (?:my|its) remainder (?:on|after|upon) division by (#num) is (#num) -> i leaves remainder \2 when divided by \1
remainder :: (?:i|it|number) (?:leaves?|gives?|has) same remainder when divided by (#num) and (?:by |when divided by )?(#num)$ -> remainder when i is divided by \1 is remainder when i is divided by \2
necessarily :: ,? (?:but|though|although) (?=not necessarily in) ->
outer :: two outer digits -> first and last digits
difference sum product :: (difference|sum|product) (?:between|of) them -> their \1
but other except :: (all|each|every) (?:of )?(?:#own )?(digits?) (?:but|except|except for|other than|apart from|besides) (?:for )?(?=#digit|#ord) -> \1 \2 except
but other except :: (sum|product) of (?:all )?((?:#own )?digits) (?:but|except|except for|other than|apart from|besides) (?:for )?(?=#digit|#ord) -> \1 of all digits except
only :: ^(.+?) is only (#adj) (?:digit|number|one)$ -> only \1 is \2
only :: ^(.+?) is only (?:digit|one|number)(?: of (?:#own )?digits)? (?:that|which) is (.+)$ -> only \1 is \2
not :: (is|am) not (?:#more) than (?:any|every) other(?: digit| one)?(?= |$) -> \1 at most others
not :: (is|am) not (?:#less) than (?:any|every) other(?: digit| one)?(?= |$) -> \1 at least others
any :: (than|from) any other(?: digit| one| of (?:#own )?digits)?(?= |$) -> \1 others
either or :: ^(.+?) (is|am) (divisible by|multiple of) (#num) or (?:by |of )?(#num) ,? but not (?:by |of )?(#num)$ -> ( \1 \2 \3 \4 or \1 \2 \3 \5 ) and \1 \2 not \3 \6
or :: is (#num) or (#num) (#more|#less) than (.+)$ -> is \1 \3 than \4 or is \2 \3 than \4
or :: is (#num) (#more|#less) or (#num) (#more|#less) than (.+)$ -> is \1 \2 than \5 or is \3 \4 than \5
from :: different from (\S+) and from -> different from \1 and
neither :: ^neither (\S+) nor (\S+) (?:is equal to|equals) (.+)$ -> \1 is not \3 and \2 is not \3
neither :: equals neither (\S+) nor -> is neither \1 nor
subtracted :: ^(\S+) subtracted from (\S+) (is|equals|gives|makes) -> \2 minus \1 is
one :: one of (?:digits|numbers) (?=\d) -> one of
none :: (is|are) none of (?=\d) -> \1 not among
otherwise :: ^(\S+|#digit) is (.+?) if (.+?) ,? (?:and |or )?otherwise (?:(?:\1|it) is )?(.+)$ -> ( if \3 then \1 is \2 ) and ( \1 is \4 or ( \3 ) )
so neither :: ^if (\S+) (is|are) (.+?) ,? (?:then )?so (?:is|are) (.+)$ -> if \1 \2 \3 then \4 is \3
so neither :: ^if (\S+) (is|are) not (.+?) ,? (?:then )?neither (?:is|are) (.+)$ -> if \1 \2 not \3 then \4 is not \3
one :: ^one of (\S+) and (\S+) is (.+?) ,? (?:and |but )?other(?: one| digit)? is (.+)$ -> ( \1 is \3 and \2 is \4 ) or ( \2 is \3 and \1 is \4 )
neither :: (?:^|(?<=and )|(?<=but )|(?<=, ))neither (?:of them )?(is|has|are) (?=\S) -> none of them \1
difference :: ^difference is (?=\S) -> their difference is
away :: is (?:exactly )?(#num) (?:places? )?away from -> differs by \1 from
differ :: ^(.+?) (?:do|does) not differ by (.+)$ -> not ( \1 differ by \2 )
differ :: any two (?:of (?:#own )?)?digits differ by at least (#num)$ -> no two digits differ by less than \1
largest smallest :: (largest|smallest|lowest|highest|biggest) digit is (.+?) (and|but) (largest|smallest|lowest|highest|biggest) is -> \1 digit is \2 \3 \4 digit is
two :: two (?:digits|numbers) are (?:right|correct) ,? (?:and |but )?(?:only )?one of (?:which|them) (?:is )?(?:well placed|in right place|in correct place|in right position|in correct position)$ -> one correct in right place , one correct in wrong place
none :: none of (?:digits|numbers) (\d.*?) (?:appears?|occurs?|is used|are used)(?: in (?:code|number|it|me))?$ -> none of digits is among \1
only :: (?:i|it|number|code)? ?(?:uses?|contains?|has|consists of|is made of) only (?:digits )?(?=\d) -> every digit is one of
each :: (,|and) each is (?=\S) -> \1 each digit is
difference :: difference (?:between|of) (?:#own )?first two digits -> difference between first digit and second digit
difference :: difference (?:between|of) (?:#own )?last two digits -> difference between last digit and second last digit
change unchanged same :: (?:if|when) (?:#own )?digits are reversed ,? (?:number|it|i) (?:does not change|do not change|stays same|remains same|remain same|is unchanged|remains unchanged) -> i is palindrome
remainder :: remainder equals -> remainder is
other :: (?:my|its|their) (?=other (?:two |three )?digits) ->
two digits :: (?:#own )?two digits (?=are (?:swapped|reversed|interchanged|exchanged|switched)) -> digits
written order :: digits are (?:written |put |taken )?in (?:reverse|reversed) order -> digits are reversed
backwards :: digits are written (?:backwards?|from right to left) -> digits are reversed
order :: order of (?:#own )?digits is reversed -> digits are reversed
many :: (#ord) digit (?:tells|shows|says|gives|counts)? ?how many (\w+) there are(?: in (?:number|it|me|code))? -> \1 digit is number of \2
many :: (?:tells|shows|says|gives|counts) how many (\w+)(?: there are)?(?: in (?:number|it|me|code))?(?= |$) -> is number of \1
many :: (#ord) digit how many (\w+)(?= |$) -> \1 digit is number of \2
becomes become :: (?:i|number|it) becomes? (?:exactly )?(twice|three times|four times|five times|six times|seven times|eight times|nine times|\d+ times|half) as (?:large|big|great) (?:if|when) (?:#own )?digits are (?:reversed|swapped|switched|interchanged) -> reversed number is \1 me
not even :: (is|am|are) not even (?=palindrome|multiple|divisible|square|prime) -> \1 not
only :: not only (.+?) ,? but(?: also)? -> \1 and
every :: than (?:every|each) other(?: digit| one)?(?= |$) -> than others
more less :: ^(.+ (?:and|but|,) .+ is) (#num) (#more|#less)$ -> \1 \2 \3 than thereof
not :: (?:can|must|should|may|will|could) not (?:be|equal) -> is not
not :: (?:can|must|should|may|will|could) not exceed -> does not exceed
no :: (is|am) no (?=palindrome|square|prime|multiple|perfect) -> \1 not
any :: (?:do|does) not (?:have|contain) any (?=\S) -> has no
same :: is same as (?:one|any) of other(?:s| digits| ones) -> is another digit
more :: (?:i|it|number|code) (?:contains?|have|has) more (#num) than (#num)$ -> number of \1 is more than number of \2
fewer :: (?:i|it|number|code) (?:contains?|have|has) fewer (#num) than (#num)$ -> number of \1 is less than number of \2
begins begin starts start ends end :: (begins?|starts?|ends?) (with|in) digit (#num) -> \1 \2 \3
none :: none of (?:#own )?digits is same as another(?: digit| one)?$ -> no repeated digits
show shows :: ^(?:they|cards|i|digits) shows? (?:digits )?(\d .*) in (some|any) order$ -> they are \1 in \2 order
exactly :: (#num) is exactly in middle -> middle digit is \1
two three one :: (?<!digit )(?:i|it|number|code) (?:contains?|has|have) (#num) (\d) , (#num) (\d)(?: ,)? and (#num) (\d)$ -> number of digits equal to \2 is \1 and number of digits equal to \4 is \3 and number of digits equal to \6 is \5
two three one :: (?<!digit )(?:i|it|number|code) (?:contains?|has|have) (two|three|four|one) (\d) and (two|three|four|one) (\d)$ -> number of digits equal to \2 is \1 and number of digits equal to \4 is \3
bull bulls :: (#num|no) bulls? -> \1 correct in right place
cow cows :: (#num|no) cows? -> \1 correct in wrong place
no :: no (?:leading|first|initial) (?:letters?|digits?) (?:is|are|can be|may be|equals?) (?:zero|0) -> noleadingzero
neither :: ^neither digit (?:is|equals) -> none of digits is
so :: (is|are) (same|equal|odd|even|prime|different) ,? and so (?:is|are) (.+)$ -> \1 \2 and \3 \1 \2
no :: ^(?:i have|it has|number has|there are) no (tens|hundreds|thousands|units)$ -> \1 digit is 0
before after :: (?:^|(?<=and )|(?<=, )|(?<=but ))(#num) (is|is not) (?:somewhere |placed |located |found |written )?(before|after) (#num) -> \1 \2 stands \3 \4
before after :: (#num) (is|is not) (?:immediately|directly|just|right) (before|after) (#num) -> \1 \2 immediately \3 \4
stand stands come comes appear appears sit sits go goes :: (?:does|do) not (?:stand|come|appear|sit|go) (before|after|next to|to left of|to right of|in front of) -> is not stands \1
placed located found written :: (is|is not) (?:placed|located|found|written) (?=(?:somewhere |immediately |directly |just )?(?:to left|to right|left of|right of|next to|before|after)) -> \1
between :: ^(#num) (is|is not|stands|sits|lies|comes|appears) (?:somewhere |placed |located |found )?between (#num) and (#num)$ -> \1 stands between \3 and \4
adjacent next neighbours neighbors side :: ^(#num) and (#num) are (adjacent|next to each other|next|neighbours|neighbors|side by side)(?: to each other)?$ -> \1 is adjacent to \2
adjacent next neighbours neighbors side :: ^(#num) and (#num) are not (adjacent|next to each other|next|neighbours|neighbors|side by side)(?: to each other)?$ -> \1 is not adjacent to \2
between :: ^there (?:is|are) (?:exactly )?(#num|no) (?:other )?(?:digits?|numbers?) between (#num) and (#num)$ -> \2 is \1 places apart from \3
between :: ^(?:there is |there are )?(?:exactly )?(#num|no) (?:other )?(?:digits? |numbers? )?(?:is |are |lies |stands )?between (?:two )?(#num)$ -> \2 is \1 places apart from \2
separated apart :: ^(?:two )?(#num) (?:are|is) separated by (?:exactly )?(#num) (?:other )?(?:digits?|numbers?)$ -> \1 is \2 places apart from \1
separated :: ^(#num) and (#num) are separated by (?:exactly )?(#num) (?:other )?(?:digits?|numbers?)$ -> \1 is \3 places apart from \2
end ends :: ^(#num) is at (?:one|either) end$ -> first digit is \1 or last digit is \1
end ends :: ^(#num) is not at (?:one|either|an|any) end$ -> first digit is not \1 and last digit is not \1
end ends :: ^(#num) is at (?:very |right |far right )?(?:end|right|right end)$ -> last digit is \1
start beginning front :: ^(#num) is (?:at|in) (?:very |left |far left )?(?:start|beginning|front|left|left end)$ -> first digit is \1
end ends start front beginning :: ^(#num) is not at (?:very )?(?:end|right end)$ -> last digit is not \1
smaller larger bigger greater lesser higher lower :: (#digit) is (?:larger|bigger|greater|higher) (?:number|one|of two|of two digits|digit)(?= |$)(?! than) -> \1 is more than others
smaller larger bigger greater lesser higher lower :: (#digit) is (?:smaller|lesser|lower) (?:number|one|of two|of two digits|digit)(?= |$)(?! than) -> \1 is less than others
table tables :: (?:is|am) (not )?(?:a number )?in (?:my |the )?(#num) times tables? -> is \1 multiple of \2
rounds round rounded :: #self (?:rounds|round|rounded|is rounded|am rounded|can be rounded|rounded off) (?:up |down |off )?to (#num) (?:to|when rounded to|if rounded to|, to|at) nearest (#num|ten|hundred|thousand)$ -> ( ( me + \2 / 2 ) // \2 ) * \2 = \1
rounds round rounded :: (?:when |if )?(?:you |i am |it is |number is |i'm )?(?:rounded|round|rounding) (?:me |it |number |my number )?(?:up |down |off )?to nearest (#num|ten|hundred|thousand) ,? (?:i |it |you |number |result )?(?:am|is|get|become|becomes|would be|gives|equals|am equal to) (#num)$ -> ( ( me + \1 / 2 ) // \1 ) * \1 = \2
rounds round rounded :: (?:to|to the) nearest (#num|ten|hundred|thousand) ,? (?:i|it|number) (?:rounds to|round to|am|is|rounds off to) (#num)$ -> ( ( me + \1 / 2 ) // \1 ) * \1 = \2
rounds round rounded nearest :: #self (?:am|is) (#num) (?:to|when rounded to|if rounded to|rounded to) nearest (#num|ten|hundred|thousand)$ -> ( ( me + \2 / 2 ) // \2 ) * \2 = \1
quotient :: (?:if|when) (.+?) (?:is|am) divided by (.+?) ,? quotient is (.+?)(?: ,)? (?:and|with|leaving) (?:there is )?(?:no remainder|remainder (?:is |of )?0|remainder is zero)$ -> \1 = ( \3 ) * ( \2 )
quotient :: (?:if|when) (.+?) (?:is|am) divided by (.+?) ,? quotient is (.+?)(?: ,)? (?:and|with|leaving) (?:there is )?(?:remainder is|remainder of|remainder) (.+)$ -> \1 = ( \3 ) * ( \2 ) + ( \4 ) and \1 // ( \2 ) = ( \3 )
quotient :: (?:if|when) (.+?) (?:is|am) divided by (.+?) ,? (?:quotient|result|answer) is (#num)$ -> \1 = ( \3 ) * ( \2 )
doubled tripled halved squared cubed quadrupled :: (#digit) doubled -> twice \1
doubled tripled halved squared cubed quadrupled :: (#digit) tripled -> triple \1
doubled tripled halved squared cubed quadrupled :: (#digit) quadrupled -> quadruple \1
doubled tripled halved squared cubed quadrupled :: (#digit) halved -> half of \1
first last middle :: (first|last|middle) (#num) digits (?:make|form|give|makes|forms|spell|spell out)(?: up)? (?:number (?:which is |that is )?|(?:#num digit number )(?:which is |that is )?)?(?=divisible|multiple|prime|square|perfect|odd|even|cube|greater|less|larger|smaller|equal|#num$) -> \1 \2 digits is
difference :: have difference (?:of )?(more|greater|larger|bigger|less|smaller) than (#num) -> differ by \1 than \2
difference :: have difference (?:of )?(at least|at most) (#num) -> differ by \1 \2
reverses :: (?:number|it|code) reverses(?= |$) -> digits are reversed
either :: digits of either(?: number| one)? -> its digits
gives shows tells counts is :: (#ord) (?:digit )?(?:gives|shows|tells|counts|tells you|is equal to) (?:us )?(number of|how many) -> \1 digit is number of
in within :: number of (\w+)(?: digits)? (?:that are |which are )?(?:in|within) (?:it|number|me|code|my number|whole number|itself)(?! \w+ digit)(?= |$| ,) -> number of \1
number :: ,? (?:and )?(#ord) (?:digit )?(?=number of (?:\w+)(?: ,|$| and)) -> , \1 digit is
added :: ^(?:if|when) ((?:(?!\b(?:is|are|am)\b)[^,])+?) (?:is|am|are) added to ((?:(?!\b(?:is|are|am)\b)[^,])+?) ,? (?:the )?(?:sum|result|total|answer|it|number|outcome) (?:is|equals|becomes|will be) -> \2 plus ( \1 ) is
subtracted :: ^(?:if|when) ((?:(?!\b(?:is|are|am)\b)[^,])+?) (?:is|am|are) subtracted from ((?:(?!\b(?:is|are|am)\b)[^,])+?) ,? (?:difference|result|answer|it|number|outcome) (?:is|equals|becomes|will be) -> \2 minus ( \1 ) is
another other second :: ^(?:one digit is|one of digits is|one is) (#num) (?:,|and|, and) (?:another|other|second|another one|another digit|other digit)(?: digit| one)? is (#num)$ -> i has \1 and has \2
each :: (are|is) each (?=multiple|divisible|odd|even|prime|square|perfect|less|greater|larger|smaller|between|one|two|three|at) -> \1
equal :: (is|are) equal to one of (?=#own |digits|\d) -> \1 one of
reversed :: ^(#ord) number (?:is|equals) (#ord) number reversed -> \1 number is reverse of \2 number
denote denotes :: (?:denote|denotes) -> are
original :: original one -> whole number
yields gives makes produces :: (?:reversing|swapping|interchanging|switching) (?:#own )?digits (?:yields|gives|makes|produces) (?:new |another )?(?:number )?(?:that is |which is )?(?=#num (?:#more|#less)|twice|half|greater|less|larger|smaller) -> reversed number is
same :: ^(.+?) (?:have|has) same (sum|product) as (.+)$ -> \2 of \1 is \2 of \3
first last middle :: (two|three|four) (first|last|middle) digits -> \2 \1 digits
two :: two (?:digits|numbers) are (?:right|correct) ,? (?:and |but )?(?:only )?one (?:of them )?(?:is )?in (?:right|correct) (?:place|position|spot) (?:,|and|but|, and|, but) (?:the )?other (?:one )?(?:is )?(?:not|in wrong (?:place|position|spot)|not in right place)$ -> one correct in right place , one correct in wrong place
digits :: digits in (?:#own )?(#place|#ord) (?:#spot )?and (?:#own )?(#place|#ord) (?:places?|positions?|spots?) -> \1 and \2 digits
many :: (,|and) (twice|double|triple|half|\w+ times) as many (#bare) as (#bare) -> \1 \3 digit is \2 \4 digit
tens hundreds thousands ones :: (digit is (?:twice|double|triple|half|\w+ times) (?:#bare) digit) and (#num) (#bare)$ -> \1 and \3 digit is \2
interchange interchanged swap swapped change exchange exchanged :: digits (?:interchange|are interchanged|swap|change|exchange|are exchanged)(?: #own)?(?: places?| positions?)? -> digits are reversed
increased decreased reduced increases decreases :: (?:number|it|i|value of number) (?:will be |is |am |gets |becomes |would be )?(?:increased|increases|increase) by (#num) (?:if|when) (?:#own )?digits (?:are|were) (?:reversed|swapped|switched) -> reversed number is i plus \1
increased decreased reduced increases decreases :: (?:number|it|i|value of number) (?:will be |is |am |gets |becomes |would be )?(?:decreased|decreases|decrease|reduced) by (#num) (?:if|when) (?:#own )?digits (?:are|were) (?:reversed|swapped|switched) -> reversed number is i minus \1
reversed swapped switched :: (?:number|it|i) (?:becomes|become|is|am|gets|will be) (#num) (#more|#less) (?:if|when) (?:#own )?digits (?:are|were) (?:reversed|swapped|switched) -> reversed number is \1 \2 than i
reversed swapped switched :: (?:if|when) (?:#own )?digits (?:of (?:number|me|it) )?(?:are|were) (?:reversed|swapped|switched) ,? (?:then )?(?:number|it|i|value|its value) (?:is |am |gets |will be )?(?:increased by|increases by|increase by) (#num) -> reversed number is i plus \1
reversed swapped switched :: (?:if|when) (?:#own )?digits (?:of (?:number|me|it) )?(?:are|were) (?:reversed|swapped|switched) ,? (?:then )?(?:number|it|i|value|its value) (?:is |am |gets |will be )?(?:decreased by|reduced by|decreases by|decrease by) (#num) -> reversed number is i minus \1
reversed swapped switched :: (?:if|when) (?:#own )?digits (?:of (?:number|me|it) )?(?:are|were) (?:reversed|swapped|switched) ,? (?:then )?(?:number|it|i|value|its value) (?:becomes|become|gets|is) (#num) (#more|#less)$ -> reversed number is \1 \2 than i
increases decreases :: (?:reversing|swapping|switching|interchanging) (?:#own )?digits increases (?:number|me|it|its value) by (#num) -> reversed number is i plus \1
increases decreases :: (?:reversing|swapping|switching|interchanging) (?:#own )?digits decreases (?:number|me|it|its value) by (#num) -> reversed number is i minus \1
reverse reversed :: same digits (?:but )?in reverse order -> reversed number
reverse reversed :: (?:number|pin|code|itself|its digits|digits) in (?:reverse|reversed order)(?: order)? -> reversed number
reverse reversed :: (?:number )?(?:with its digits |whose digits are )reversed -> reversed number
reverse reversed :: number (?:obtained|formed|got|made) (?:by|when|from|on|after) (?:reversing|interchanging|swapping|switching|exchanging) (?:#own )?digits(?: of number)? -> reversed number
reverse reversed interchanged swapped :: number (?:obtained|formed|got|made|you get|we get) (?:when|if|after|by) (?:#own )?digits (?:are )?(?:reversed|interchanged|swapped|switched|exchanged) -> reversed number
reversed reverse :: (?:i am|it is|number is|is) same (?:when|if) reversed -> is palindrome
reversed :: ^([a-z]) is ([a-z]) reversed -> \1 is reverse of \2
reversed :: ,? (?:when )?multiplied by (#num) ,? is reversed -> times \1 is reversed number
multiplied becomes :: (?<= )(?:when )?multiplied by (#num) (?:,|it|you get|gives|becomes|it becomes|it gives|, it becomes|, you get|, gives|equals) (?=\S) -> times \1 is
than :: than (i am|it is|number is)$ -> than me
in at on :: (?:digit|number|figure|numeral) (?:that is )?(?:in|at|on) (?:#own )?(#place|#ord) #spot(?: digit)? -> \1 digit
place position spot slot column :: (#place|#ord) #spot (?:has|contains|holds) (#num) -> \1 digit is \2
in at :: (?:digit )?(#num) is (?:in|at) (?:#own )?(#place|#ord) #spot(?! or) -> \2 digit is \1
in at :: (?:digit )?(#num) is not (?:in|at) (?:#own )?(#place|#ord) #spot(?! or) -> \2 digit is not \1
in :: (?:digit )?(#num) in (?:#own )?(#place|#ord) (?:#spot|digit) -> \2 digit is \1
in :: (?:digit )?(#num) in middle -> middle digit is \1
with have has there :: (?:i have|it has|number has|has|there is|having) (#place|#ord|middle) digit is (?=#num) -> \1 digit is
with :: ,? with (#place|#ord|middle) digit is (?=#num) -> , where \1 digit is
tens hundreds thousands :: (?:i have|it has|number has|there are) (#num) (#more|#less) (#bare) than (#bare) -> \3 digit is \1 \2 than \4 digit
tens hundreds thousands :: (?:i have|it has|number has|there are) (#more|#less) (#bare) than (#bare) -> \2 digit is \1 than \3 digit
tens hundreds thousands :: (?:i have|it has|number has|there are) (twice|double|triple|half|\w+ times) as many (#bare) as (#bare) -> \2 digit is \1 \3 digit
tens hundreds thousands :: (?:i have|it has|number has|there are) (?:as many|same number of) (#bare) (?:as|and) (#bare) -> \1 digit is \2 digit
tens hundreds thousands :: (?:i have|it has|number has|has|there are) (#num) (#bare)(?! (?:digit|place|column|more|less)) -> \2 digit is \1
tens hundreds thousands ones :: (?<= is )(#num) (?:,|and|, and) (#num) (#bare)(?! (?:digit|place)) -> \1 , \3 digit is \2
tens hundreds thousands ones :: (?<= is )(#num) (?:,|and|, and) (#num) (#bare)(?! (?:digit|place)) -> \1 , \3 digit is \2
that :: (twice|double|half|triple|thrice|times|than|half of|third of|as) that(?: number| digit| one)?$ -> \1 thereof
remainder :: (?:if|when|whenever) (?:it|i|number|me|you divide me|you divide it|you divide number) (?:is |am )?(?:divided )?by (.+?) ,? (?:then )?(?:there is )?(?:remainder|remainder of|remainder left) (?:is |of )?(?:always )?(#num)(?: left)?$ -> i leaves remainder \2 when divided by \1
remainder :: (divided by (?:\d+ , )*\d+) or (\d+) -> \1 and \2
remainder :: leaves (?:always )?(?:remainder|remainder of) (#num) when divided by (#num) and (?:leaves )?(?:remainder|remainder of) (#num) when divided by (#num) -> leaves remainder \1 when divided by \2 and leaves remainder \3 when divided by \4
remainder :: (?:my|its) remainder when divided by (#num) is (#num) -> i leaves remainder \2 when divided by \1
digits in :: digits in (#place|#ord) and (#place|#ord) (?:places?|positions?) -> \1 and \2 digits
after except but other :: (each|every) digit (?:after|except|but|other than) first(?: one| digit)? -> \1 digit
in digits zeros zeroes ones twos threes fours fives sixes sevens eights nines 0s 1s 2s 3s :: number of (\w+(?: digits)?) (?:in|of|inside|within) (?:number|me|it|code|my number)(?! \w+ digit) -> number of \1
another :: ^another (?:digit |one |of (?:#own )?digits )?is -> one digit is
remaining other :: ^(?:remaining|other) (?:digit|one) is (#num)$ -> one digit is \1
and :: (,|and) another (?:digit |one |of (?:#own )?digits )?is -> \1 one digit is
one :: is (#adj) one$ -> is \1
digits :: (?:uses|using|made up of|made from|made of|made with|formed with|formed from|formed using|composed of|built from|is made of) (?:each of |all of |all |each )?digits ([^a-z]+(?: and | to )\d+)(?: ,)?(?: each)?(?: exactly| only| just)?(?: once| one time)?(?: each)? -> : digits are \1 in some order
: digits :: (?:i am|i|number|it|code|number is|is|code is|that is|my number|which|that)? ?: digits are -> digits are
digits :: digits (?:are )?(?:digits )?(\d) (?:to|through|-) (\d) (?=in some order) -> digits are all different and every digit is between \1 and \2 and
order :: and in some order(?: and)? ->
making made make :: (?:all )?(?:#num )?digits together (?:make|makes|total|give|gives|come to|are) (#num) -> digits add up to \1
first last :: (first|last) two are -> \1 two digits are
middle :: (?:biggest|largest|highest|greatest) digit is (?:in )?(middle|#ord|#place)(?: #spot| one| digit)?$ -> \1 digit is largest digit
middle :: (?:smallest|lowest|least) digit is (?:in )?(middle|#ord|#place)(?: #spot| one| digit)?$ -> \1 digit is smallest digit
biggest largest highest greatest :: is (?:biggest|largest|highest|greatest)(?: digit| one)? of (?:all|all digits|all #own digits|them all|digits|#own digits)(?= |$) -> is largest digit
smallest lowest least :: is (?:smallest|lowest|least)(?: digit| one)? of (?:all|all digits|all #own digits|them all|digits|#own digits)(?= |$) -> is smallest digit
neighbours neighbors :: any two (?:neighbours|neighbors) -> any two neighbouring digits
neighbours neighbors :: each digit and its (?:right )?(?:neighbour|neighbor) -> any two neighbouring digits
have has :: ([a-z]) and ([a-z]) have same (#place|#ord) digit -> \3 digit of \1 is \3 digit of \2
have has :: ([a-z]) has same (#place|#ord) digit as ([a-z]) -> \2 digit of \1 is \2 digit of \3
larger smaller bigger greater :: ([a-z]) is (?:larger|bigger|greater) (?:number|one|of two|of two numbers) -> \1 is more than others
larger smaller bigger greater :: ([a-z]) is (?:smaller|lesser) (?:number|one|of two|of two numbers) -> \1 is less than others
contain contains has have include includes :: (contains?|has|have|includes?) digits (#num) and (#num)$ -> \1 \2 and \1 \3
contain contains has have include includes :: (contains?|has|have|includes?) digits (#num) , (#num)(?: ,)? and (#num)$ -> \1 \2 and \1 \3 and \1 \4
in :: (#num) is in middle -> middle digit is \1
in :: (#num) is not in middle -> middle digit is not \1
's :: (?:my |this |your )?(number|code|it|[a-z]) 's digits -> digits of \1
's :: (number|code|it|[a-z]) 's (double|square|reverse|half|cube) -> \2 of \1
none :: (,|and|but) none (?:is|are) -> \1 none of digits is
none :: ^none (?:is|are) -> none of digits is
sum product :: (,|and|but) (sum|product) is -> \1 \2 of digits is
sum product :: ^(sum|product) is -> \1 of digits is
squares cubes :: of #own (squares|cubes) -> of \1 of digits
take :: ^take (.+?) (?:and|,) (?:you|we) get (.+)$ -> \1 is \2
last digits :: (last|first|middle) two digits (?:make|form|give) (?:a |number which is |number that is |number )?(?=\S) -> \1 two digits is
tens hundreds thousands :: number of (tens|hundreds|thousands)(?! digit) -> \1 digit
table tables :: is (not )?in (?:my |the )?(#num) times tables? -> is \1 multiple of \2
multiple :: but not of -> but not multiple of
multiple :: multiple of (#num) ,? (?:and|but)(?: also)? of (#num) -> multiple of \1 and multiple of \2
multiple :: multiple of (#num) , of (#num) and of (#num) -> multiple of \1 and multiple of \2 and multiple of \3
divisible :: divisible by (?:each|both|every one) of (#own) digits -> divisible by all of \1 digits
least most twice :: (at least|at most|more than|less than) (twice|\w+ times) as (?:large|big|great|much|many|high) as -> \1 \2
parity :: (?:have|are of|has) same parity -> are same parity
parity :: (?:have|are of|has) (?:different|opposite) parity -> are opposite parity
neither :: (is|are|am) ((?:\w+ ){0,2})neither (\w+) nor (\w+)(?=$| ,| and| but) -> \1 not \2 \3 or \4
neither :: (?:contains?|has|have|includes?) neither (\w+) nor (\w+) -> has no \1 and has no \2
neither :: neither of (.+?) (is|are|has|have|contains) -> none of \1 \2
nor :: ,? nor (#digit|#num)$ -> or \1
although since because though while as :: ^(?:although|since|because|though|even though) ([^,]+) , -> \1 and
otherwise else :: ^if ([^,]+?) ,? then ([^,]+?) ,? (?:and )?(?:otherwise|else) ,? (.+)$ -> ( if \1 then \2 ) and ( \3 or ( \1 ) )
otherwise else :: ^if ([^,]+?) , ([^,]+?) ,? (?:and )?(?:otherwise|else) ,? (.+)$ -> ( if \1 then \2 ) and ( \3 or ( \1 ) )
with :: ,? (?:and )?with (#digit) (#more|#less) than -> and \1 is \2 than
odd even prime square :: (,|and|but) (#digit) (#adj)(?=$| ,| and| but) -> \1 \2 is \3
but :: all but (#num) (?:of )?(?:#own )?digits are (#adj) -> number of digits which are not \2 is \1
outer :: (?:outer|outside|end) digits -> first and last digits
inner middle :: (?:two )?(?:inner|middle) (?:two )?digits(?! is) -> middle two digits
letters letter :: (?:leading|first|initial) letters? (?=[a-z] ,|[a-z] and|[a-z] is|[a-z] are) ->
front :: no (?:zero|zeros|zeroes|0) (?:in|at) (?:front|start|beginning)(?: of #number| of word| of any (?:word|number))? -> noleadingzero
than :: each of others -> others
more :: there are more (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is more than number of \2 digits
more :: (?:i|it|number|code) (?:have|has) more (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is more than number of \2 digits
fewer :: there are fewer (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is less than number of \2 digits
fewer :: (?:i|it|number|code) (?:have|has) fewer (#adj)(?: digits)? than (#adj) digits -> number of \1 digits is less than number of \2 digits
many same :: (?:there are|i have|it has|number has|code has) (?:as many|same as|same number of|equal number of) (#adj)(?: digits)? (?:as|and) (#adj) digits -> number of \1 digits is number of \2 digits
halfway midway :: (?:exactly )?(?:halfway|midway) between -> average of
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) odd (?:digit|single digit number)$ -> is 9
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) even (?:digit|single digit number)$ -> is 8
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) prime (?:digit|single digit number)$ -> is 7
smallest lowest least :: is (?:smallest|lowest|least) (?:even digit|digit possible|possible digit)$ -> is 0
smallest lowest least :: is (?:smallest|lowest|least) odd (?:digit|number|single digit number)$ -> is 1
smallest lowest least :: is (?:smallest|lowest|least) prime(?: digit| number| single digit number)?$ -> is 2
largest biggest highest greatest :: is (?:largest|biggest|highest|greatest) (?:digit possible|possible digit|single digit number)$ -> is 9
used once :: ,? each (?:of which )?(?:is )?(?:used|appears|appearing|occurs|occurring) (?:exactly |only )?once -> , all different
all :: , all (?:of (?:them|which)|#own digits) (?:are )?different -> , all different
go goes going :: (?:go|goes|going|run|runs) up(?= |$) -> increase
go goes going :: (?:go|goes|going|run|runs) down(?= |$) -> decrease
get gets :: (?:get|gets) (?:larger|bigger|greater) -> increase
use uses using :: (?:do|does) not use digits? (#num) -> has no \1
use uses using :: (?:i|it|number|code) (?:use|uses) (?=digits?|#num) -> i has
other :: (#adj) (?:number|digit) other than (#num) -> \1 and not \2
begins begin start starts leading zeros zero :: (?:none of (?:words|numbers)|no (?:word|number)) (?:begins|begin|starts|start) with (?:zero|0) -> noleadingzero
leading first :: (?:leading zeros?|leading 0s?|zeros? at beginning) (?:is|are) not (?:allowed|permitted) -> noleadingzero
leading front :: (?:leading zeros?|zeros? in front|leading 0s?) (?:is|are|may be) (?:allowed|permitted) -> leadingzerosallowed
not never :: number (?:can not|may not|must not|never) (?:begin|start)s? with (?:zero|0)$ -> number does not start with 0
leading first :: no leading (?:zeros?|0s?)(?: (?:is|are) allowed)? -> noleadingzero
leading first :: (?:there are )?no leading (?:zeros?|0s?) -> noleadingzero
leading first :: (?:first|leading) (?:digit|letter) of (?:each|every|any) (?:word|number) (?:is not|is never|cannot be|can not be|may not be) (?:zero|0) -> noleadingzero
quotient ratio :: (?:quotient|ratio) of (#digit) (?:and|to|by|divided by) (#digit) -> ( \1 / \2 )
root :: square root of -> sqrt of
ranging :: ranging from -> from
fit :: (?:i|it|number) (?:can be found|lies|lie|falls|fall|sits|is located|is found) (?=between|in) -> i is
"""  # noqa: E501
)


@cache
def _turns() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in _TURNS.strip().splitlines():
        left, right = line.split("->")
        for phrase in expand(left.strip()):
            table.setdefault(phrase, tuple(right.split()))
    return table


@cache
def _starts() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _turns())


def rewrite(words: Sequence[Word], names: Container[str]) -> list[Word]:
    """The words with every turn of phrase replaced, longest first, but for declared names.

    Places stay those of the text.
    """
    out: list[Word] = []
    place = 0
    said = apply(apply(deeds_told(_not_both(words)), QUANTITIES, names), _GAPPED, names)
    words = calculated(_added(said), names)
    while place < len(words):
        length, plain = _longest(words, place, names) if words[place].text in _starts() else (0, ())
        if not length:
            out.append(words[place])
            place += 1
            continue
        start, end = words[place].start, words[place + length - 1].end
        out += [Word("word", text, text, start, end) for text in plain]
        place += length
        if not plain and out and out[-1].text == "," and place < len(words) and words[place].text == ",":
            out.pop()
            place += 1
    return out


def _not_both(words: Sequence[Word]) -> Sequence[Word]:
    """``… or …, but not both`` is ``either … or …``; ``both`` is dropped before."""
    if [word.text for word in words[-2:]] != ["but", "not"] or len(words) < 4:
        return words
    rest = words[:-3] if words[-3].text == "," else words[:-2]
    first = rest[0]
    if first.text == "either" or "or" not in [word.text for word in rest]:
        return rest if first.text == "either" else words
    return [Word("word", "either", "", first.start, first.start), *rest]


_BACKWARD = frozenset(["reversed", "reverse", "interchanged", "swapped", "switched", "exchanged"])


def _added(words: Sequence[Word]) -> Sequence[Word]:
    """``if 27 is added to the number, the digits are reversed`` says what the reverse is."""
    texts = [word.text for word in words]
    match texts:
        case [
            "if" | "when",
            _,
            "is",
            ("added" | "subtracted") as done,
            "to" | "from",
            "number" | "me" | "it",
            *rest,
        ] if _BACKWARD & set(rest):
            sign = "plus" if done == "added" else "minus"
            at = words[5]._replace(text="me")
            said = [Word("word", text, text, at.start, at.end) for text in (sign, "is", "reversed", "number")]
            return [at, said[0], words[1], *said[1:]]
    return words


def _longest(words: Sequence[Word], place: int, names: Container[str]) -> tuple[int, tuple[str, ...]]:
    texts = tuple(word.text for word in words[place : place + 12])
    for length in range(len(texts), 0, -1):
        found = _turns().get(texts[:length])
        if found is not None and not any(text in names and len(text) > 1 for text in texts[:length]):
            return length, found
    return 0, ()
