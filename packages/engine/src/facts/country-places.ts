/** A circle on the globe: degrees and kilometres. */
export type Circle = readonly [latitude: number, longitude: number, radiusKm: number]

/** Where a country is, as far as it is known without data about cities. */
export interface CountryPlace {
  /** Circles that together hold the country. Islands and lands that nobody lives on are among them, so no one in the country is outside. */
  circles: readonly Circle[]
  /** The IANA time zone, where every place of the country shows the same time. '' = it has several. */
  timeZone: string
}

let places: ReadonlyMap<string, CountryPlace> | undefined

/** Where a country is, by its code of ISO 3166 (`DE`). `undefined`: it is not known. */
export function countryPlaceOf(code: string): CountryPlace | undefined {
  places ??= readTable()
  return places.get(code)
}

function readTable(): ReadonlyMap<string, CountryPlace> {
  return new Map(
    table
      .trim()
      .split('\n')
      .map((row) => {
        const [code = '', circles = '', timeZone = ''] = row.split('|')
        return [code, { circles: circles.split(' ').map(readCircle), timeZone }]
      }),
  )
}

function readCircle(text: string): Circle {
  const [latitude = 0, longitude = 0, radiusKm = 0] = text.split(',').map(Number)
  return [latitude, longitude, radiusKm]
}

/** The sources of the table, with their versions. */
export function sourceOfCountryPlaces(): string {
  return madeFrom
}

// Code, circles as `latitude,longitude,radius`, time zone.
// <made by tools/write-country-places.ts>
const madeFrom = 'Natural Earth 1:10m (world-atlas 2.0.2), IANA time zones 2025b'

const table = `
AD|42.5,1.6,30|Europe/Andorra
AE|24.7,54.1,280|Asia/Dubai
AF|32.9,64.3,490 35.9,70,490|Asia/Kabul
AG|17.3,-61.8,60|America/Antigua
AI|18.4,-63.2,40|America/Anguilla
AL|41.2,20,190|Europe/Tirane
AM|40,45,200|Asia/Yerevan
AO|-13,21.3,580 -6.3,16.9,580 -14.3,16.1,580|Africa/Luanda
AQ|-90,0,3400|
AR|-50,-67.9,610 -27.4,-67.4,660 -35,-63.5,670 -26.3,-59.9,650 -40,-69.1,620|America/Argentina/Buenos_Aires
AS|-12.8,-169.7,260|Pacific/Pago_Pago
AT|47.9,13.2,310|Europe/Vienna
AU|-54.6,158.9,30 -14.4,130.2,780 -25.9,153.5,850 -29.5,119.7,740 -15.6,142.5,830 -31.2,139.9,710 -22.3,140.3,720 -21.4,118.2,760 -37.4,147.6,730 -26.5,129.5,720|
AW|12.5,-70,30|America/Aruba
AX|60.2,20.4,60|Europe/Mariehamn
AZ|40.2,47.6,270|Asia/Baku
BA|44,17.5,200|Europe/Sarajevo
BB|13.2,-59.5,40|America/Barbados
BD|23.6,90.4,400|Asia/Dhaka
BE|50.4,4.3,160|Europe/Brussels
BF|11.4,-1.6,460|Africa/Ouagadougou
BG|42.9,25.4,290|Europe/Sofia
BH|26.1,50.6,50|Asia/Bahrain
BI|-3.4,29.9,150|Africa/Bujumbura
BJ|9.3,2.3,370|Africa/Porto-Novo
BL|17.9,-62.8,20|America/St_Barthelemy
BM|32.3,-64.7,30|Atlantic/Bermuda
BN|4.5,114.7,90|Asia/Brunei
BO|-14.7,-65.8,610 -19.6,-63,630|America/La_Paz
BQ|14.7,-65.7,440|America/Kralendijk
BR|-6.1,-67.5,760 -20.5,-29.1,40 -26.9,-53.1,790 -2.2,-49.7,790 -1,-35.9,780 -17,-46.5,840 1,-63.6,760 -14.7,-59,780 -11.3,-40.6,760 -4.2,-54,800|
BS|23.9,-76,450|America/Nassau
BT|27.1,90.4,180|Asia/Thimphu
BV|-54.4,3.4,30|
BW|-22.6,23.8,580|Africa/Gaborone
BY|53.3,27.6,350|Europe/Minsk
BZ|17.2,-88.7,170|America/Belize
CA|63.5,-132.1,810 50.7,-62.5,860 76.7,-86.7,830 49.5,-97.6,880 63.6,-73.8,850 52.3,-120.8,880 71,-106.8,810 45.9,-75.6,850 61,-103,850 56,-80.9,760|
CC|-12.2,96.9,30|Indian/Cocos
CD|0.4,26.6,610 -6.6,17.2,570 -9.1,27,590 0.1,21.3,610|
CF|5.7,18.3,470 7.4,24,470|Africa/Bangui
CG|-0.7,15.3,620|Africa/Brazzaville
CH|46.5,8.2,190|Europe/Zurich
CI|7.4,-5.6,420|Africa/Abidjan
CK|-10,-161.8,460 -20.3,-158.9,220|Pacific/Rarotonga
CL|-23,-69.5,620 -50.6,-71.2,660 -26.9,-107.5,220 -39.5,-72.4,660 -30.3,-75.4,670|
CM|7.1,13.4,690|Africa/Douala
CN|36,80.2,720 47.5,125.2,730 21.7,114.1,750 38.3,106.3,690 32,118.2,740 29.3,90,730 43.7,87.9,670 43.9,118.9,700 27.3,104.2,780 37.2,96.6,710|
CO|8.7,-78.9,610 1,-72.9,700 6.9,-70.5,650|America/Bogota
CR|8.2,-85.4,370|America/Costa_Rica
CU|21.1,-79.4,590|America/Havana
CV|16.1,-24.2,180|Atlantic/Cape_Verde
CW|12.2,-68.9,50|America/Curacao
CX|-10.5,105.7,20|Indian/Christmas
CY|35.2,33.5,130|Asia/Nicosia
CZ|50,15.5,260|Europe/Prague
DE|51.2,10.3,470|Europe/Berlin
DJ|11.8,42.6,140|Africa/Djibouti
DK|56,11.8,250|Europe/Copenhagen
DM|15.4,-61.4,40|America/Dominica
DO|18.8,-70.2,210|America/Santo_Domingo
DZ|24.1,6.3,670 26.3,-2.8,660 32.5,4,660|Africa/Algiers
EC|0.1,-90.8,240 -1.9,-78.2,390|
EE|58.7,25,210|Europe/Tallinn
EG|26.7,33.9,630 26.7,27.8,630|Africa/Cairo
EH|24.3,-13.1,590|Africa/El_Aaiun
ER|14.9,40.1,420|Africa/Asmara
ES|28.5,-15.8,260 40.5,-2.8,620|
ET|9.2,42.6,620 9.1,38.7,660|Africa/Addis_Ababa
FI|65,24.7,600|Europe/Helsinki
FJ|-17.5,177.3,570|Pacific/Fiji
FK|-51.6,-59.5,140|Atlantic/Stanley
FM|9.2,144.2,700 6.1,157.3,660|
FO|61.9,-6.7,70|Atlantic/Faroe
FR|45.2,6.3,500 46.9,1,500|Europe/Paris
GA|-0.7,12,390|Africa/Libreville
GB|55.4,-4.3,650|Europe/London
GD|12.2,-61.6,50|America/Grenada
GE|42.5,43.4,320|Asia/Tbilisi
GF|3.8,-53.5,230|America/Cayenne
GG|49.5,-2.5,40|Europe/Guernsey
GH|8,-1.5,390|Africa/Accra
GI|36.1,-5.4,20|Europe/Gibraltar
GL|79.2,-44.4,680 65.4,-47.4,670 73,-36.9,670|
GM|13.3,-15.3,180|Africa/Banjul
GN|9.7,-11.4,440|Africa/Conakry
GP|16.2,-61.4,60|America/Guadeloupe
GQ|0.4,8.4,400|Africa/Malabo
GR|38.3,24.2,440|Europe/Athens
GS|-56.7,-32.6,470|Atlantic/South_Georgia
GT|15.9,-90.4,260|America/Guatemala
GU|13.5,144.8,50|Pacific/Guam
GW|12.1,-15.2,190|Africa/Bissau
GY|5,-58.7,440|America/Guyana
HK|22.4,114.1,50|Asia/Hong_Kong
HM|-53.1,73.5,40|
HN|15.3,-86.3,360|America/Tegucigalpa
HR|44.3,16.4,280|Europe/Zagreb
HT|18.9,-73,180|America/Port-au-Prince
HU|47.5,19.5,280|Europe/Budapest
ID|2.4,99.4,630 -5,138,580 -6.3,115.7,640 1.9,122.3,650 3.3,111.4,650 -7.8,125.2,640 -4.4,105.6,640 -2.8,130,640|
IE|53.4,-8.5,250|Europe/Dublin
IL|31.4,35.3,240|Asia/Jerusalem
IM|54.2,-4.6,40|Europe/Isle_of_Man
IN|30.9,79.1,660 10.2,93.4,400 13,75.9,630 27.4,91,650 20.6,83.5,620 23.4,73.4,640|Asia/Kolkata
IO|-6.3,72.1,140|Indian/Chagos
IQ|32.9,44.4,540|Asia/Baghdad
IR|34.9,47.5,620 28.3,56.9,670 33.3,55.5,650|Asia/Tehran
IS|65.3,-19,270|Atlantic/Reykjavik
IT|41.3,11.8,660|Europe/Rome
JE|49.2,-2.1,30|Europe/Jersey
JM|18.1,-77.3,130|America/Jamaica
JO|31.4,36.9,300|Asia/Amman
JP|40.4,141.1,580 27.4,126.8,530 24.3,154,20 28.7,140.7,520 34,134.4,580|Asia/Tokyo
KE|0.5,37.9,610|Africa/Nairobi
KG|41,74.7,500|Asia/Bishkek
KH|12.8,105.2,340|Asia/Phnom_Penh
KI|-7.8,-153.4,470 -0.7,173.4,450 -3.9,-172.8,220 3.2,-158.8,260|
KM|-11.9,43.8,110|Indian/Comoro
KN|17.2,-62.7,40|America/St_Kitts
KP|40.4,127.6,380|Asia/Pyongyang
KR|36.2,128,380|Asia/Seoul
KW|29.2,47.6,120|Asia/Kuwait
KY|19.6,-80.6,110|America/Cayman
KZ|47.9,79,650 46.6,53.6,630 44.9,68.6,630 52.4,68.1,640|Asia/Almaty
LA|18.5,104.6,550|Asia/Vientiane
LB|33.9,35.7,120|Asia/Beirut
LC|13.9,-60.9,40|America/St_Lucia
LI|47.2,9.5,30|Europe/Vaduz
LK|7.9,80.4,240|Asia/Colombo
LR|6.3,-9.1,290|Africa/Monrovia
LS|-29.6,28.2,140|Africa/Maseru
LT|55.4,23.8,200|Europe/Vilnius
LU|49.8,6.1,60|Europe/Luxembourg
LV|56.3,24.6,240|Europe/Riga
LY|21.8,19.8,600 28,12.8,600 28,21.7,570|Africa/Tripoli
MA|31.4,-5.8,550 24.7,-13.3,550|Africa/Casablanca
MC|43.7,7.4,20|Europe/Monaco
MD|47,28,190|Europe/Chisinau
ME|42.7,19.3,110|Europe/Podgorica
MF|18.1,-63.1,30|America/Marigot
MG|-15.4,47.4,460 -21.7,45.5,460|Indian/Antananarivo
MH|9.6,168.8,570|Pacific/Majuro
MK|41.5,21.7,130|Europe/Skopje
ML|14.1,-7.8,520 16.5,0.5,520 21.8,-3.4,500|Africa/Bamako
MM|14.5,96.1,580 23.6,96.2,580|Asia/Yangon
MN|48.4,95.5,590 47.6,112.1,610 45.2,103.1,620|
MO|22.1,113.5,30|Asia/Macau
MP|17.3,145.1,380|Pacific/Saipan
MQ|14.6,-61,50|America/Martinique
MR|21.2,-7.8,700 18.5,-11.8,650|Africa/Nouakchott
MS|16.7,-62.2,20|America/Montserrat
MT|35.9,14.4,40|Europe/Malta
MU|-15.1,59.7,670|Indian/Mauritius
MV|3.2,73.1,450|Indian/Maldives
MW|-13.2,34.1,470|Africa/Blantyre
MX|30.6,-112.6,600 18.6,-91.8,620 20,-100.2,620 28.2,-102.3,600 22.1,-111.1,590|
MY|3.9,101.9,400 3.6,114.4,590|Asia/Kuala_Lumpur
MZ|-21.5,31.5,640 -13.4,35.6,640|Africa/Maputo
NA|-25.5,17.7,430 -19.4,14.9,430 -19,21.8,420|Africa/Windhoek
NC|-21,167.4,440|Pacific/Noumea
NE|18.4,12.2,600 15.5,5.4,590|Africa/Niamey
NF|-29,168,30|Pacific/Norfolk
NG|10.5,10.9,480 9.1,6.4,570|Africa/Lagos
NI|13.1,-85,310|America/Managua
NL|52.2,5.3,190|Europe/Amsterdam
NO|62,9.5,480 68.4,20.8,470|Europe/Oslo
NP|27.9,84.1,440|Asia/Kathmandu
NR|-0.5,166.9,20|Pacific/Nauru
NU|-19.1,-169.9,30|Pacific/Niue
NZ|-33.3,178.6,580 -47.9,171.7,570 -41.9,177.7,580|
OM|21.5,54.8,590|Asia/Muscat
PA|8.5,-80.1,340|America/Panama
PE|-14,-74.1,660 -4.7,-75.5,660|America/Lima
PF|-13.6,-139.2,660 -23.6,-141.2,680 -17.9,-149.2,630|
PG|-6.3,144.6,590 -6.4,151.9,630|
PH|16.6,123.7,550 8.7,121.9,560|Asia/Manila
PK|27.3,66.1,610 32.5,73.4,550|Asia/Karachi
PL|51.7,19,420|Europe/Warsaw
PM|46.9,-56.2,40|America/Miquelon
PN|-24.3,-127.8,320|Pacific/Pitcairn
PR|18.2,-66.5,160|America/Puerto_Rico
PS|31.8,34.9,110|Asia/Gaza
PT|39.6,-8,310 38.3,-28,330 31.5,-16.3,190|
PW|5.6,132.9,360|Pacific/Palau
PY|-23.5,-58.8,550|America/Asuncion
QA|25.4,51.2,110|Asia/Qatar
RE|-21.1,55.6,60|Indian/Reunion
RO|45.7,25,390|Europe/Bucharest
RS|44.2,20.8,260|Europe/Belgrade
RU|48,143.3,1180 50.4,44.5,1070 79.4,101.6,1240 51.7,99.4,1180 71,164.7,1240 59.8,122.1,1220 62.6,30.9,1140 57.5,69.8,1130 68.9,78.8,1170 62,155.4,1130|
RW|-2,29.8,140|Africa/Kigali
SA|28.6,41,650 24,50.7,640 21.2,43.8,630|Asia/Riyadh
SB|-10.6,165.5,420 -9,158.7,410|Pacific/Guadalcanal
SC|-6.7,50.9,630|Indian/Mahe
SD|20.7,31.2,690 14.3,25.6,680 14,34.1,690|Africa/Khartoum
SE|59,13.3,420 65.7,16.7,420|Europe/Stockholm
SG|1.3,103.8,40|Asia/Singapore
SH|-38.8,-11.1,230 -12,-10.1,670|Atlantic/St_Helena
SI|46.2,14.9,150|Europe/Ljubljana
SJ|77.5,23.1,390 71,-8.5,40|Arctic/Longyearbyen
SK|48.8,19.7,230|Europe/Bratislava
SL|8.5,-11.8,200|Africa/Freetown
SM|43.9,12.4,30|Europe/San_Marino
SN|13.9,-14.3,370|Africa/Dakar
SO|1.5,44.8,520 9.4,47.2,530|Africa/Mogadishu
SR|4.1,-55.7,280|America/Paramaribo
SS|6.8,30.1,700|Africa/Juba
ST|0.8,7,130|Africa/Sao_Tome
SV|13.6,-88.9,150|America/El_Salvador
SX|18,-63.1,20|America/Lower_Princes
SY|35,39,400|Asia/Damascus
SZ|-26.5,31.6,110|Africa/Mbabane
TC|21.5,-71.8,90|America/Grand_Turk
TD|19.4,19.6,640 12.1,18.2,600|Africa/Ndjamena
TF|-49.2,69.4,100 -13.8,50.9,470 -46.3,51.1,90 -38.2,77.5,70 -19.7,41.6,340|Indian/Kerguelen
TG|8.6,0.6,300|Africa/Lome
TH|17.1,101.7,510 9.7,100.5,480|Asia/Bangkok
TJ|38.4,71.3,370|Asia/Dushanbe
TK|-8.9,-171.9,110|Pacific/Fakaofo
TL|-8.9,125.6,210|Asia/Dili
TM|39.7,59.7,670|Asia/Ashgabat
TN|33.7,9.7,410|Africa/Tunis
TO|-18.9,-175.9,390|Pacific/Tongatapu
TR|39.7,31.1,480 38.3,39.8,480|Europe/Istanbul
TT|10.7,-61.2,120|America/Port_of_Spain
TV|-7.6,178,310|Pacific/Funafuti
TW|23.7,120.3,240|Asia/Taipei
TZ|-4.7,33.3,530 -8,36.7,520|Africa/Dar_es_Salaam
UA|49.1,31,680|
UG|1.4,31.8,410|Africa/Kampala
UM|18.4,-75,10 19.3,166.7,20 3,-161.2,410 16.8,-169.5,20 0.5,-176.6,50 28.2,-177.4,20|
US|26.8,-173,560 32.4,-85.2,970 62.8,-136.2,960 41,-117.8,1000 54.7,-173.6,950 45.3,-100.5,990 21.6,-159.6,580 32.3,-104,990 43.7,-78.6,960 63.1,-156.9,940|
UY|-32.5,-55.9,320|America/Montevideo
UZ|42.8,60.2,430 40.3,68.2,440|Asia/Samarkand
VA|41.9,12.5,20|Europe/Vatican
VC|13,-61.3,60|America/St_Vincent
VE|11.6,-62.1,500 4.3,-63.7,510 8.8,-69.3,470|America/Caracas
VG|18.5,-64.6,50|America/Tortola
VI|18,-64.8,60|America/St_Thomas
VN|12.5,106.4,480 19.6,105.2,470|Asia/Ho_Chi_Minh
VU|-16.7,168.1,450|Pacific/Efate
WF|-13.8,-177.2,150|Pacific/Wallis
WS|-13.8,-172.1,100|Pacific/Apia
XK|42.5,20.8,100|
YE|14.5,48.6,690|Asia/Aden
YT|-12.8,45.2,40|Indian/Mayotte
ZA|-29.9,22.4,630 -46.8,37.8,40 -27.7,29.5,640|Africa/Johannesburg
ZM|-14.5,25.5,450 -12,30.2,440|Africa/Lusaka
ZW|-18.8,29.4,470|Africa/Harare
`
// </made>
